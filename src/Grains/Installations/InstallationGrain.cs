using Orrery.Interfaces.Installations;

namespace Orrery.Grains.Installations;

/// <summary>Keeps what the first processes brought, and tells later ones where they differ.</summary>
sealed class InstallationGrain([PersistentState("installation")] IPersistentState<InstallationState> stored) : Grain, IInstallationGrain
{
    public async Task<IReadOnlyList<string>> Join(InstallationClaim claim)
    {
        InstallationState state = stored.State;
        var differences = new List<string>();
        if (claim.KeyFingerprint is { } key && state.KeyFingerprint is { } knownKey && key != knownKey)
            differences.Add($"The installation key of {claim.Process} has the fingerprint {key}; the cluster's has {knownKey}, first brought by {state.KeyFrom}. Give every silo the same key file (--key-file): secrets are sealed with it.");
        if (claim.LogId is { } log && state.LogId is { } knownLog && log != knownLog && !claim.ReplacesLog)
            differences.Add($"The log directory of {claim.Process} is {log}; the cluster's is {knownLog}, first brought by {state.LogFrom}. All silos share one log directory: give this silo the same --data. If that directory is lost for good, start one silo with --new-log.");
        if (claim.IntakePartitions is { } partitions && state.IntakePartitions is { } knownPartitions && partitions != knownPartitions)
            differences.Add($"{claim.Process} is set to {partitions} intake partitions; the cluster has {knownPartitions}. Set Orrery__Intake__Partitions={knownPartitions} for every silo and web process.");
        if (differences.Count > 0)
            return differences;

        bool changed = false;
        if (claim.KeyFingerprint is not null && state.KeyFingerprint is null)
        {
            (state.KeyFingerprint, state.KeyFrom) = (claim.KeyFingerprint, claim.Process);
            changed = true;
        }
        if (claim.LogId is not null && state.LogId != claim.LogId)
        {
            (state.LogId, state.LogFrom) = (claim.LogId, claim.Process);
            changed = true;
        }
        if (claim.IntakePartitions is not null && state.IntakePartitions is null)
        {
            state.IntakePartitions = claim.IntakePartitions;
            changed = true;
        }
        if (changed)
            await stored.WriteStateAsync();
        return [];
    }
}
