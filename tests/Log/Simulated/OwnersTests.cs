namespace Orrery.Log.Tests.Simulated;

/// <summary>
/// Several owners of one partition under a seed, each begun while others still run, paused at any file operation, ended at any, the machine's power lost in between;
/// and producers who send each batch again until somebody has acknowledged it.
/// </summary>
public sealed class OwnersTests
{
    /// <summary>How many seeds to run: as many as <c>ORRERY_LOG_SEEDS</c> says, for a long run.</summary>
    public static int Seeds(int byDefault) => int.TryParse(Environment.GetEnvironmentVariable("ORRERY_LOG_SEEDS"), out int given) ? given : byDefault;

    [Fact]
    public void No_two_owners_acknowledge_the_same_offset_nothing_acknowledged_is_lost_and_every_batch_is_there_once()
    {
        int seeds = Seeds(byDefault: 250), fenced = 0, repeats = 0, acknowledged = 0;
        for (int seed = 1; seed <= seeds; seed++)
        {
            try
            {
                var world = new OwnersWorld(seed);
                world.Run();
                fenced += world.Fenced;
                repeats += world.Repeats;
                acknowledged += world.Acknowledged;
            }
            catch (Exception error)
            {
                throw new InvalidOperationException($"Seed {seed} failed: {error.Message}", error);
            }
        }

        // The seeds meet what they are for.
        fenced.ShouldBeGreaterThan(seeds / 4);
        repeats.ShouldBeGreaterThan(seeds / 4);
        acknowledged.ShouldBeGreaterThan(seeds * 10);
    }
}
