@main
enum Main {
  static func main() { AgentProgram.start(CommandLine.arguments) }
}
