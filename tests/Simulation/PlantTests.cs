namespace Orrery.Simulation.Tests;

/// <summary>Known bugs are planted, and have to be found. A simulation that finds nothing proves nothing.</summary>
public sealed class PlantTests
{
    /// <summary>Found by bench simulate within so many seeds at most; here they begin shortly before the one that finds it, to be quick.</summary>
    [Theory]
    [InlineData("take-without-release", 1)]
    [InlineData("no-fencing", 60)]
    [InlineData("wall-clock-lease", 80)]
    public void A_planted_bug_is_found(string plant, int from)
    {
        var run = new SeedRun(new SimulationOptions { Plant = SimulationOptions.ParsePlant(plant) }) { FailuresLimit = 1 };
        run.Execute((ulong)from, 1_000, Math.Min(Environment.ProcessorCount, 4));
        run.Failed.ShouldNotBeEmpty($"{plant} was not found in {run.Run} seeds.");
        TestContext.Current.TestOutputHelper!.WriteLine($"{plant}: seed {run.Failed[0].Seed}: {run.Failed[0].Violations[0]}");
    }
}
