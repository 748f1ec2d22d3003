namespace Orrery.WebApi.Cluster;

/// <param name="Reason">Shown in the history; at most 200 characters.</param>
internal sealed record DrainBody(string? Reason);

/// <param name="Reason">Shown in the history; at most 200 characters.</param>
/// <param name="Unsupervised">True: nobody is known to start the process anew, and it shall end nevertheless.</param>
internal sealed record RestartBody(string? Reason, bool Unsupervised = false);

/// <param name="Silo">The silo that has begun to leave.</param>
/// <param name="ExitCode">What its process will exit with.</param>
/// <param name="Supervisor">Who is expected to start it anew; null where nobody is.</param>
internal sealed record LeavingView(string Silo, int ExitCode, string? Supervisor);
