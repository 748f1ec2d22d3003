namespace Orrery.Runtime.Hosting;

/// <summary>How a silo runs its grains.</summary>
public sealed class SiloOptions
{
    /// <summary>The silo's name in logs and statistics. Default: the machine's name.</summary>
    public string SiloName { get; set; } = Environment.MachineName;

    /// <summary>How long a caller waits for an answer, unless the method has a [ResponseTimeout]. Default: 30 s. 100 ms to 1 day.</summary>
    public TimeSpan ResponseTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How many calls may wait in one grain's mailbox before callers are answered with <see cref="OverloadedException"/>. Default: 10,000. At least 1.</summary>
    public int MailboxLimit { get; set; } = 10_000;

    /// <summary>How long a grain is kept after its last call. Default: 15 min. At least <see cref="CollectionPeriod"/>.</summary>
    public TimeSpan CollectionAge { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How often idle grains are looked for. Default: 1 min. At least 1 s.</summary>
    public TimeSpan CollectionPeriod { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long OnActivateAsync may take before the activation fails. Default: 30 s.</summary>
    public TimeSpan ActivationTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long OnDeactivateAsync may take before the activation is dropped. Default: 30 s.</summary>
    public TimeSpan DeactivationTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long one batch of a storage provider may take before its operations fail, their outcome unknown. Default: 30 s.</summary>
    public TimeSpan StorageTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How many operations one batch holds at most. Default: 2,000. At least 1.</summary>
    public int StorageBatchLimit { get; set; } = 2_000;

    /// <summary>How many operations may wait for one provider before further ones are refused with <see cref="OverloadedException"/>. Default: 1,000,000. At least <see cref="StorageBatchLimit"/>.</summary>
    public int StorageQueueLimit { get; set; } = 1_000_000;

    /// <summary>False in a process that only calls grains.</summary>
    internal bool HostsGrains { get; set; } = true;

    /// <summary>Where turns run. Default: the thread pool. A simulation gives its own scheduler.</summary>
    public TaskScheduler? TurnScheduler { get; set; }
}
