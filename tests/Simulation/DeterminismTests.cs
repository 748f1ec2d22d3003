using System.Globalization;

namespace Orrery.Simulation.Tests;

public sealed class DeterminismTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_seed_runs_the_same_way_twice(ulong seed)
    {
        var first = Simulation.Run(seed, new SimulationOptions());
        var second = Simulation.Run(seed, new SimulationOptions());
        first.Violations.ShouldBeEmpty();
        second.Hash.ShouldBe(first.Hash);
        second.Events.ShouldBe(first.Events);
    }

    [Fact]
    public async Task A_seed_runs_the_same_way_in_another_process()
    {
        ulong[] seeds = [4, 5];
        foreach (ulong seed in seeds)
        {
            using var process = OtherProcess(seed);
            string hash = (await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)).Trim();
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            hash.ShouldBe(Simulation.Run(seed, new SimulationOptions()).Hash.ToString(CultureInfo.InvariantCulture));
        }
    }

    [Fact]
    public void A_trace_changes_nothing_of_a_run()
    {
        var lines = new List<string>();
        var traced = Simulation.Run(6, new SimulationOptions { Trace = lines.Add });
        traced.Hash.ShouldBe(Simulation.Run(6, new SimulationOptions()).Hash);
        lines.Count.ShouldBeGreaterThan(1_000);
    }

    private static System.Diagnostics.Process OtherProcess(ulong seed)
    {
        string program = Environment.ProcessPath!;
        var start = new System.Diagnostics.ProcessStartInfo(program) { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(program) == "dotnet") start.ArgumentList.Add(typeof(DeterminismTests).Assembly.Location);
        start.ArgumentList.Add(Program.HashOfSeed);
        start.ArgumentList.Add(seed.ToString(CultureInfo.InvariantCulture));
        return System.Diagnostics.Process.Start(start)!;
    }
}
