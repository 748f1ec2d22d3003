using System.Globalization;
using Xunit.Runner.InProc.SystemConsole;

namespace Orrery.Simulation.Tests;

/// <summary>The tests, or, started by one of them as another process, a run of one seed.</summary>
static class Program
{
    public const string HashOfSeed = "hash-of-seed";

    public static async Task<int> Main(string[] arguments)
    {
        if (arguments is not [HashOfSeed, var seed]) return await ConsoleRunner.Run(arguments);
        Console.WriteLine(Simulation.Run(ulong.Parse(seed, CultureInfo.InvariantCulture), new SimulationOptions()).Hash.ToString(CultureInfo.InvariantCulture));
        return 0;
    }
}
