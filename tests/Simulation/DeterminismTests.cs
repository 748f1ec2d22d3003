namespace Orrery.Simulation.Tests;

public sealed class DeterminismTests
{
    [Fact]
    public void A_seed_runs_the_same_way_twice()
    {
        for (ulong seed = 1; seed <= 4; seed++)
        {
            var first = Simulation.Run(seed, new SimulationOptions());
            var second = Simulation.Run(seed, new SimulationOptions());
            first.Violations.ShouldBeEmpty();
            second.Hash.ShouldBe(first.Hash);
        }
    }
}
