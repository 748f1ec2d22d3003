namespace Orrery.Client;

/// <summary>The processes worth showing. Only the newest table is sent; an older one that has not left yet is replaced.</summary>
/// <param name="At">When it was taken.</param>
/// <param name="Total">All processes of the machine.</param>
/// <param name="Threads">All threads.</param>
/// <param name="Processes">At most 200.</param>
public sealed record ProcessTable(DateTimeOffset At, int Total, int Threads, IReadOnlyList<ProcessRow> Processes);

/// <summary>One process.</summary>
/// <param name="Id">Process id.</param>
/// <param name="Name">Short name.</param>
/// <param name="User">Owner, or null if unknown.</param>
/// <param name="CpuPercent">Of one core since the previous table: 100 is one core busy.</param>
/// <param name="ResidentBytes">Resident memory.</param>
/// <param name="Threads">Threads.</param>
/// <param name="State">R, S, D, Z, T as the system names it.</param>
/// <param name="StartedAt">If known.</param>
/// <param name="Command">Command line; the caller masks secrets.</param>
/// <param name="Watched">Chosen in the configuration.</param>
public sealed record ProcessRow(int Id, string Name, string? User, double CpuPercent, long ResidentBytes, int Threads, string State, DateTimeOffset? StartedAt, string Command, bool Watched);
