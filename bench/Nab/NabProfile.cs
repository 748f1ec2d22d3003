namespace Orrery.Bench.Nab;

/// <summary>What a hit, a miss and a false alarm weigh in one application profile of the Numenta Anomaly Benchmark.</summary>
public sealed record NabProfile(string Name, double TruePositive, double FalsePositive, double FalseNegative)
{
    public static readonly NabProfile Standard = new("standard", 1, 0.11, 1);
    public static readonly NabProfile RewardLowFalsePositives = new("reward_low_FP_rate", 1, 0.22, 1);
    public static readonly NabProfile RewardLowFalseNegatives = new("reward_low_FN_rate", 1, 0.11, 2);

    public static IReadOnlyList<NabProfile> All { get; } = [Standard, RewardLowFalsePositives, RewardLowFalseNegatives];
}
