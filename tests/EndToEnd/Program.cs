using Orrery.EndToEnd.Tests.Chaos;
using Xunit.Runner.InProc.SystemConsole;

namespace Orrery.EndToEnd.Tests;

/// <summary>The tests; or a process of the chaos, started by them; or the chaos in full, for as long as wanted.</summary>
static class Program
{
    public static Task<int> Main(string[] arguments) => arguments switch
    {
        [ChaosSettings.SiloRole] => ChaosRoles.RunSiloAsync(),
        [ChaosSettings.WebRole] => ChaosRoles.RunWebAsync(),
        ["chaos", .. var options] => ChaosCommand.RunAsync(options),
        _ => ConsoleRunner.Run(arguments),
    };
}
