public import Basics

extension RunFolder {
  /// Leaves a wish for the run's agent, which finds it within a second, or at once when it is sent ``AgentCommand/signal``.
  public func ask(_ command: AgentCommand) throws(SystemError) {
    try Files.createFolder(commands)
    try Files.writeAtomically([UInt8](), to: self.command(command))
  }
}
