import Foundation
import TestSupport
import Testing

@testable import silhouette

@Suite("silhouette serve", .timeLimit(.minutes(10)))
struct ServeCommandTests {
    @Test("SIGTERM ends it with status 0, after saying where it listens and that it drained")
    func termination() throws {
        let serve = try ServeProcess(
            ["--bind", "127.0.0.1:0"], environment: ["SILHOUETTE_DRAIN_DELAY": "0", "SILHOUETTE_THREADS": "9999"])
        try serve.waitFor("ready")
        #expect(serve.log.contains("threads 1 (flag)"))
        #expect(serve.log.contains("drain-delay 0 (SILHOUETTE_DRAIN_DELAY)"))
        #expect(try serve.port() > 0)
        serve.send(SIGTERM)
        #expect(serve.end() == 0 && serve.log.hasSuffix("drained\n"), "\(serve.log)")
    }

    @Test("what SIGTERM finds accepted is answered, nothing new is taken, and then it ends with status 0")
    func drain() throws {
        let serve = try ServeProcess([
            "--bind", "127.0.0.1:0", "--drain-delay", "0", "--grace", "3600", "--rate-time", "3600", "--deadline",
            "3600000",
        ])
        try serve.waitFor("ready")
        let port = try serve.port()
        let picture = try Array(Data(contentsOf: Repository.scene))
        let begun = try BlockingSocket(port: port, seconds: 600)
        try begun.send(
            ServeProcess.head(
                "POST", "/v1/segment?classes=sky",
                ["Content-Type: image/png", "Content-Length: \(picture.count)", "Expect: 100-continue"]))
        #expect(try String(decoding: begun.receive(), as: UTF8.self).hasPrefix("HTTP/1.1 100 "))
        serve.send(SIGTERM)
        try serve.waitFor("draining")
        // Listening ends on another queue than that which says so.
        while let late = try? BlockingSocket(port: port) { _ = try? late.receiveAll() }
        try begun.send(picture)
        let answer = try begun.receiveAll()
        #expect(answer.hasPrefix("HTTP/1.1 200 "), "\(answer.prefix(400))")
        #expect(serve.end() == 0 && serve.log.hasSuffix("drained\n"), "\(serve.log)")
    }

    @Test("during the delay it is not ready but answers, and a second signal ends it at once")
    func delay() throws {
        let serve = try ServeProcess(["--bind", "127.0.0.1:0", "--drain-delay", "3600"])
        try serve.waitFor("ready")
        #expect(try serve.ask("/readyz").hasPrefix("HTTP/1.1 200 "))
        serve.send(SIGTERM)
        try serve.waitFor("draining")
        #expect(try serve.ask("/readyz").hasPrefix("HTTP/1.1 503 "))
        #expect(try serve.ask("/livez").hasPrefix("HTTP/1.1 200 "))
        serve.send(SIGINT)
        #expect(serve.end() == CommandFailure.interruptedStatus)
    }

    @Test("'silhouette health' says whether a service is ready, by address and by its settings")
    func health() throws {
        let serve = try ServeProcess(["--bind", "127.0.0.1:0", "--drain-delay", "3600"])
        try serve.waitFor("ready")
        let address = "127.0.0.1:\(try serve.port())"
        let ready = try CommandRun(["health", address])
        #expect(ready.status == 0 && ready.output == "ready\n", "\(ready.errors)")
        let folder = try ScratchFolder()
        let settings = try folder.file("settings.json", Data(#"{"bind": ["\#(address)"]}"#.utf8))
        #expect(try CommandRun(["health", "--config", settings.path]).status == 0)
        serve.send(SIGTERM)
        try serve.waitFor("draining")
        let draining = try CommandRun(["health", address])
        #expect(draining.status == 1 && draining.errors.contains("503"), "\(draining.errors)")
        serve.send(SIGTERM)
        _ = serve.end()
        let gone = try CommandRun(["health", address])
        #expect(gone.status == 1 && gone.errors.contains(address), "\(gone.errors)")
    }

    @Test(
        "wrong settings are usage errors of one line that name the setting",
        arguments: [
            (["--bind", "0.0.0.0:80"], "--insecure"), (["--bind", "here"], "--bind"), (["--queue", "0"], "--queue"),
            (["--workers", "100000"], "--workers"), (["--engine", "x"], "--engine"),
            (["--tls-bind", "127.0.0.1:0"], "--tls-key"), (["--tls-key", "k.pem"], "--tls-bind"),
            (["--rate", "0"], "--rate"), (["--allow-origin", "here"], "--allow-origin"),
            (["--warm", "none"], "--warm"),
        ])
    func usage(_ arguments: [String], _ word: String) throws {
        let run = try CommandRun(["serve"] + arguments)
        #expect(run.status == 2 && run.errors.contains(word) && run.errors.split(separator: "\n").count == 1)
    }

    @Test("bundles that are none, or the same, end it before it listens, in one line")
    func bundles() throws {
        let bundles = try StarterVariants()
        let (one, two) = (try bundles.write("one"), try bundles.write("two"))
        for (others, words) in [([one], "both one@1"), ([bundles.path("three")], "no bundle at")] {
            let named = ([one, two] + others).flatMap { ["--bundle", $0] }
            let run = try CommandRun(["serve", "--bind", "127.0.0.1:0"] + named)
            #expect(run.status == 1 && !run.errors.contains("listening"))
            #expect(run.errors.split(separator: "\n").filter { $0.contains(words) }.count == 1, "\(run.errors)")
        }
    }
}
