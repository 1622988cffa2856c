import PackagePlugin

/// Makes a Swift source of `openapi.yaml`, so that the service needs no file to serve it.
@main
struct EmbedDocument: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
        let document = context.package.directoryURL.appending(path: "openapi.yaml")
        let source = context.pluginWorkDirectoryURL.appending(path: "OpenAPIDocument.swift")
        return [
            .buildCommand(
                displayName: "Embedding openapi.yaml", executable: try context.tool(named: "DocumentEmbedder").url,
                arguments: [document.path(), source.path()], inputFiles: [document], outputFiles: [source])
        ]
    }
}
