using Orrery.Interfaces.Configuration;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Jobs.Rollouts;

namespace Orrery.Grains.Configuration.Values;

/// <summary>Which servers waves reach: a matter of the server's key and tag alone, by the hash of agents' roll-outs, so that everybody comes to the same answer and nobody keeps a list.</summary>
static class ConfigurationReach
{
    const int PercentSteps = 10_000, WavesMax = 20, ServersMax = 1_000, TagLengthMax = 64;
    const double MinutesMax = 10_080;

    public static bool Has(ConfigurationWave[] waves, ConfigurationReader reader)
    {
        uint step = AgentShards.Hash(reader.Server) / AgentShards.Count % PercentSteps;
        foreach (ConfigurationWave wave in waves)
            if (step < wave.Percent * PercentSteps / 100 || (wave.Tag is { Length: > 0 } tag && tag == reader.Tag) || wave.Servers?.Contains(reader.Server, StringComparer.Ordinal) == true)
                return true;
        return false;
    }

    /// <exception cref="InvalidInputException">A roll-out cannot be so.</exception>
    public static ConfigurationRollout? Check(ConfigurationRollout? rollout)
    {
        if (rollout is null or { Waves: null or { Length: 0 } })
            return null;
        if (rollout.Waves.Length > WavesMax)
            throw new InvalidInputException("rollout.waves", $"{rollout.Waves.Length} waves; there can be at most {WavesMax}.");
        foreach (ConfigurationWave wave in rollout.Waves)
        {
            if (wave.Percent is not (>= 0 and <= 100) || wave.Minutes is not (> 0 and <= MinutesMax))
                throw new InvalidInputException("rollout.waves", $"A wave has a percentage of 0 to 100, and more than 0 up to {MinutesMax} minutes.");
            if (wave.Tag?.Length > TagLengthMax || wave.Servers?.Length > ServersMax)
                throw new InvalidInputException("rollout.waves", $"A wave names a tag of at most {TagLengthMax} characters and at most {ServersMax} servers.");
            if (wave is { Percent: 0, Tag: null or "", Servers: null or { Length: 0 } })
                throw new InvalidInputException("rollout.waves", "A wave reaches nobody: give it a percentage, a tag or servers.");
        }

        Percent("scoreFallMax", rollout.ScoreFallMax);
        Percent("unwellPercentMax", rollout.UnwellPercentMax);
        Percent("failedPercentMax", rollout.FailedPercentMax);
        return rollout;
    }

    static void Percent(string field, double value)
    {
        if (value is not (>= 0 and <= 100))
            throw new InvalidInputException($"rollout.{field}", $"{field} is {value}; it must be 0 to 100.");
    }
}
