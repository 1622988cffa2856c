import Tensors
import Testing

@testable import Segmentation

@Suite("Text")
struct PromptCacheTests {
    @Test("Each prompt is embedded once, duplicates and earlier ones included")
    func once() {
        let cache = PromptCache()
        var asked: [[String]] = []
        func embed(_ prompts: [String]) -> [[Float]] {
            asked.append(prompts)
            return prompts.map { [Float($0.utf8.count)] }
        }
        #expect(cache.embeddings(of: ["a", "bb", "a"], embed: embed) == [[1], [2], [1]])
        #expect(cache.embeddings(of: ["bb", "ccc"], embed: embed) == [[2], [3]])
        #expect(cache.embeddings(of: ["a"], embed: embed) == [[1]])
        #expect(asked == [["a", "bb"], ["ccc"]])
    }

    @Test("Prompts of other bytes are other prompts, even where Swift calls the strings equal")
    func bytes() {
        let cache = PromptCache()
        let embed = { (prompts: [String]) in prompts.map { [Float($0.utf8.count)] } }
        #expect(cache.embeddings(of: ["\u{e9}", "e\u{301}"], embed: embed) == [[2], [3]])
    }

    @Test("The least recently used go first, and never more are held than there is room for")
    func bounded() {
        let cache = PromptCache(capacity: 2)
        var asked: [String] = []
        func look(_ prompt: String) {
            _ = cache.embeddings(of: [prompt]) { missing in
                asked += missing
                return missing.map { _ in [0] }
            }
        }
        ["a", "b", "a", "c", "a", "b"].forEach(look)
        #expect(asked == ["a", "b", "c", "b"])
        #expect(cache.count == 2)
    }

    @Test("An embedding that fails leaves nothing behind")
    func failure() {
        struct Failure: Error {}
        let cache = PromptCache()
        #expect(throws: Failure.self) { try cache.embeddings(of: ["a"]) { _ in throw Failure() } }
        #expect(cache.count == 0)
    }

    @Test("A class is the unit mean of its prompts; background prompts stand as they are")
    func means() {
        let table: [String: [Float]] = ["x": [1, 0], "y": [0, 1], "z": [0.6, 0.8], "rest": [-1, 0]]
        let embeddings = ClassEmbeddings(texts: [["x", "y"], ["z"]], background: ["rest", "y"]) { texts in
            texts.map { table[$0] ?? [] }
        }
        let half = Float(0.5).squareRoot()
        #expect(embeddings.classes == 2)
        #expect(embeddings.rows.shape == [4, 2])
        #expect(zip(embeddings.rows.values, [half, half, 0.6, 0.8, -1, 0, 0, 1]).allSatisfy { abs($0 - $1) < 1e-6 })
    }

    @Test("A name goes through every template; a class's own prompts stay as they are")
    func templates() {
        #expect(
            ClassQuery("red car").texts(templates: ["{}", "a photo of a {}."]) == ["red car", "a photo of a red car."])
        #expect(ClassQuery("car", prompts: ["{} van"]).texts(templates: ["a {}"]) == ["{} van"])
    }
}
