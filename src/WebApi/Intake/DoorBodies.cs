using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Servers;

namespace Orrery.WebApi.Intake;

/// <summary>What an agent says at its start. Facts that are left out are empty.</summary>
internal sealed record RegistrationBody(
    string? Server, string? Agent, string? HostName, string? OperatingSystem, string? Kernel, string? Architecture, string? CpuModel, int CpuCores, double CpuMegahertz,
    long MemoryBytes, long SwapBytes, DateTimeOffset? BootedAt, IReadOnlyList<DiskFact>? Disks, IReadOnlyList<string>? Addresses, IReadOnlyDictionary<string, string>? Facts)
{
    public ServerRegistration ToRegistration() => new(
        Agent ?? "", HostName ?? "", OperatingSystem ?? "", Kernel ?? "", Architecture ?? "", CpuModel ?? "", CpuCores, CpuMegahertz,
        MemoryBytes, SwapBytes, BootedAt, Disks ?? [], Addresses ?? [], Facts ?? new Dictionary<string, string>());
}

internal sealed record ProcessTableBody(string? Server, DateTimeOffset At, int Total, int Threads, IReadOnlyList<ProcessRow>? Processes);

internal sealed record DatabaseReportBody(
    string? Server, string? Name, string? Engine, string? Version, DateTimeOffset At, IReadOnlyDictionary<string, string>? Variables,
    IReadOnlyDictionary<string, long>? Sizes, IReadOnlyList<SlowStatement>? SlowStatements, string? Error)
{
    public DatabaseReport ToReport() => new(
        Name ?? throw new InvalidInputException("name", "name is missing."), Engine ?? "", Version ?? "", At, Variables ?? new Dictionary<string, string>(), Sizes ?? new Dictionary<string, long>(), SlowStatements ?? [], Error);
}

internal sealed record LogBody(string? Server, IReadOnlyList<LogLine>? Lines);

/// <param name="Accepted">New lines.</param>
/// <param name="Duplicate">Lines whose id was seen.</param>
internal sealed record LogOutcomeView(int Accepted, int Duplicate);

/// <summary>The shape of a batch of samples, for the document; it is read without making one.</summary>
/// <param name="Server">The server's id within the key's site.</param>
/// <param name="Batch">The sender's own name for the batch, for its logs; samples are recognised by series, time and value.</param>
/// <param name="Series">The samples, series by series.</param>
internal sealed record SampleBatchBody(string Server, string? Batch, IReadOnlyList<SampleSeriesBody> Series);

/// <param name="Metric">The metric's name.</param>
/// <param name="Labels">Further labels.</param>
/// <param name="Samples">Pairs of Unix milliseconds and value.</param>
internal sealed record SampleSeriesBody(string Metric, IReadOnlyDictionary<string, string>? Labels, IReadOnlyList<double[]> Samples);
