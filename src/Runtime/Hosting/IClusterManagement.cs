using Orrery.Runtime.Storage;

namespace Orrery.Runtime.Hosting;

/// <summary>The cluster for its operators: who is in it, who owns what, and what each silo does. The same for a single silo without a cluster store.</summary>
public interface IClusterManagement
{
    /// <summary>The cluster as this process knows it now. Reads memory only.</summary>
    ClusterView Read();

    /// <summary>Asks a silo what it does.</summary>
    /// <exception cref="SiloUnavailableException">The silo is not live, or cannot be reached.</exception>
    /// <exception cref="TimeoutException">It did not answer in time.</exception>
    Task<SiloSnapshot> ReadSiloAsync(SiloId silo, CancellationToken cancellationToken);

    /// <summary>The ledger of all reminders, read by a silo from the table that all share; null where the silo has no reminders.</summary>
    /// <exception cref="SiloUnavailableException">The silo is not live, or cannot be reached.</exception>
    /// <exception cref="TimeoutException">It did not answer in time.</exception>
    Task<IReadOnlyList<ReminderTypeAccount>?> ReadRemindersAsync(SiloId silo, CancellationToken cancellationToken);

    /// <summary>
    /// Asks a silo to leave: it gives its shards away, ends its calls, and its process exits. Answers once the silo has begun.
    /// </summary>
    /// <param name="silo">A live silo.</param>
    /// <param name="restart">The process exits with <see cref="SiloExit.Restart"/>, by which its supervisor starts it anew.</param>
    /// <param name="reason">Who wants it and why; shown in the history.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="SiloUnavailableException">The silo is not live, or cannot be reached.</exception>
    /// <exception cref="TimeoutException">It did not answer in time: it may have begun.</exception>
    Task DrainAsync(SiloId silo, bool restart, string reason, CancellationToken cancellationToken);
}

/// <summary>How a silo's process ends when an operator asked for it.</summary>
public static class SiloExit
{
    /// <summary>Drained: supervisors that start failed processes anew leave it alone.</summary>
    public const int Drained = 0;

    /// <summary>The silo lost its lease, or the cluster declared it dead: the process ended at once. To be started anew.</summary>
    public const int Lost = 70;

    /// <summary>To be started anew. Any supervisor that starts failed processes anew does so.</summary>
    public const int Restart = 75;
}

/// <param name="Cluster">The identity in the cluster store; null for a single silo without one.</param>
/// <param name="Self">The silo of this process; null where it hosts none.</param>
/// <param name="Lease">After so long without a sign of life a silo is declared dead; null for a single silo.</param>
/// <param name="ReadAge">How long ago the cluster store was last read with success; <see cref="TimeSpan.MaxValue"/>: never.</param>
/// <param name="StoreError">Why the cluster store cannot be read at the moment; null while it can.</param>
/// <param name="Members">Live silos and history, by id.</param>
/// <param name="Shards">All 1,024 rows by number, as far as this process knows.</param>
public sealed record ClusterView(
    string? Cluster, SiloId? Self, TimeSpan? Lease, TimeSpan ReadAge, string? StoreError, IReadOnlyList<ClusterMember> Members, IReadOnlyList<ShardRow> Shards);

/// <param name="Row">The silo's row in the cluster store.</param>
/// <param name="LeaseAge">How long its counter has stood still, as watched from here; for this process's own silo, since its last renewal was sent.</param>
/// <param name="IsSuspect">Live, and standing still for more than half a lease: a judgement of this process.</param>
public sealed record ClusterMember(MemberRow Row, TimeSpan LeaseAge, bool IsSuspect);
