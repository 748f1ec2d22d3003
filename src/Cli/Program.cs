using System.CommandLine;
using Orrery.Cli;

// What the program can do. Each command is a file of its own.
var root = new RootCommand("Orrery: a living model of every ERP site. Starts the cluster, the demo, or the agent of one site.")
{
    UpCommand.Create(),
    DemoCommand.Create(),
    AgentCommand.Create(),
};

// Ctrl-C is given time to store what grains hold before the process is ended by force.
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(30) });
