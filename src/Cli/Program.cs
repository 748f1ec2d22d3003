using System.CommandLine;
using Orrery.Cli;
using Orrery.Cli.Archive;
using Orrery.Cli.Boards;
using Orrery.Cli.Configuration;
using Orrery.Cli.Integrate;
using Orrery.Cli.Jobs;
using Orrery.Cli.Licences;
using Orrery.Cli.Management;
using Orrery.Cli.Migrate;
using Orrery.Cli.News;
using Orrery.Cli.DataModels;
using Orrery.Cli.Retail;
using Orrery.Cli.Reviews;
using Orrery.Cli.Sql;

// What the program can do. Each command is a file of its own.
var root = new RootCommand("Orrery: a living model of every ERP site. Starts the cluster, the demo, or the agent of one site.")
{
    UpCommand.Create(),
    SiloCommand.Create(),
    WebCommand.Create(),
    DemoCommand.Create(),
    ClusterCommand.Create(),
    SqlCommand.Create(),
    BoardsCommand.Create(),
    ConfigurationCommand.Create(),
    RetailCommand.Create(),
    VerifyCommand.Create(),
    MigrateCommand.Create(),
    ArchiveCommand.Create(),
    ArchiveCommand.CreateRestore(),
    ModelCommand.Create(),
    IntegrateCommand.Create(),
    JobsCommand.Create(),
    LicencesCommand.Create(),
    NewsCommand.Create(),
    ProductsCommand.Create(),
    AccountSetsCommand.Create(),
    OperationsCommand.Create(),
    ReviewsCommand.Create(),
    CopyCommand.Create(),
    AgentCommand.Create(),
};

// Ctrl-C is given time to store what grains hold, and a silo time to give its shards away, before the process is ended by force. A supervised process is ended by its supervisor.
bool isSupervised = args.Contains(ServerOptions.EndsWithInputName);
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = isSupervised ? null : TimeSpan.FromSeconds(90) });
