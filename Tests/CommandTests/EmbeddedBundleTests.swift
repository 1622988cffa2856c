import Testing

@testable import silhouette

@Suite("Embedded bundle")
struct EmbeddedBundleTests {
    @Test("is looked for as built, beside the executable and where an installation puts it")
    func candidates() {
        #expect(
            PackageResource.candidates("silhouette-starter", executable: "/opt/x/bin/silhouette") == [
                "/opt/x/bin/silhouette_silhouette.resources/silhouette-starter",
                "/opt/x/bin/silhouette-starter",
                "/opt/x/share/silhouette/silhouette-starter",
            ])
    }
}
