@main
enum Main {
  static func main() { RunPilot.start() }
}
