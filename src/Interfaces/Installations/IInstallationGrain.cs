namespace Orrery.Interfaces.Installations;

/// <summary>What all processes of an installation must have in common. Key: <see cref="EntityKeys.Fleet"/>.</summary>
public interface IInstallationGrain : IGrainWithStringKey
{
    /// <summary>Compares what a process brings with what the installation has; what it does not have yet it takes from the first that brings it.</summary>
    /// <returns>A sentence for each thing that differs; empty where everything agrees.</returns>
    Task<IReadOnlyList<string>> Join(InstallationClaim claim);
}

/// <summary>What a process brings; null for what it does not have.</summary>
/// <param name="Process">Who it is, for messages.</param>
/// <param name="KeyFingerprint">Of the key that opens sealed secrets; the key cannot be told from it.</param>
/// <param name="LogId">The identity of the directory that holds the log of samples.</param>
/// <param name="ReplacesLog">The log's directory was lost and this one takes its place: what was only in the lost one is gone.</param>
/// <param name="IntakePartitions">How many partitions the log of samples has.</param>
public sealed record InstallationClaim(string Process, string? KeyFingerprint, string? LogId, bool ReplacesLog, int? IntakePartitions);
