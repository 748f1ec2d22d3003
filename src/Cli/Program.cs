using System.CommandLine;
using Orrery.Cli;

// What the program can do. Each command is a file of its own.
var root = new RootCommand("Orrery: a living model of every ERP site. Starts the cluster, the demo, or the agent of one site.")
{
    UpCommand.Create(),
    DemoCommand.Create(),
    AgentCommand.Create(),
};

return await root.Parse(args).InvokeAsync();
