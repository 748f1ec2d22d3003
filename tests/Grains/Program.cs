using Orrery.Grains.Tests.Health.Intake;
using Xunit.Runner.InProc.SystemConsole;

namespace Orrery.Grains.Tests;

/// <summary>The tests, or, started by one of them as another process, that process's part.</summary>
static class Program
{
    public static Task<int> Main(string[] arguments) => arguments switch
    {
        [IngestingProcess.Part, var directory, var start] => IngestingProcess.RunAsync(directory, int.Parse(start, System.Globalization.CultureInfo.InvariantCulture)),
        _ => ConsoleRunner.Run(arguments),
    };
}
