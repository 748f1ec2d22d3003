using System.Reflection;
using Microsoft.Extensions.Hosting;
using Orrery.Runtime.Hosting;
using Orrery.Runtime.Storage;

namespace Orrery.Runtime.Testing;

/// <summary>Configures an <see cref="InProcessTestCluster"/>. Without further words: real time, state and reminders in memory, the grains of the calling test project.</summary>
public sealed class InProcessTestClusterBuilder
{
    private readonly List<Action<ISiloBuilder>> _siloActions = [];
    private readonly List<Action<IHostApplicationBuilder>> _hostActions = [];

    private readonly List<Action<ClusterOptions>> _clusterActions = [];

    /// <summary>How many silos run once the cluster is deployed. Above 1, or with <see cref="UseClusterStore"/>, they form a cluster as real processes do, over a network in memory. Default: 1.</summary>
    public short InitialSilosCount { get; set; } = 1;

    internal IClusterStore? ClusterStore { get; private set; }

    internal IReadOnlyList<Action<ClusterOptions>> ClusterActions => _clusterActions;

    internal TimeProvider Time { get; private set; } = TimeProvider.System;

    internal IFencedGrainStorage Storage { get; private set; } = new MemoryGrainStorage();

    internal IReminderTable ReminderTable { get; private set; } = new MemoryReminderTable();

    internal IReadOnlyList<Action<ISiloBuilder>> SiloActions => _siloActions;

    internal IReadOnlyList<Action<IHostApplicationBuilder>> HostActions => _hostActions;

    /// <summary>The clock of every silo; a <see cref="ManualTimeProvider"/> makes timers, reminders, deadlines, collection and leases run when the test says so.</summary>
    public InProcessTestClusterBuilder UseTime(TimeProvider time)
    {
        Time = time;
        return this;
    }

    /// <summary>The default grain storage. It outlives silos that are killed and restarted.</summary>
    public InProcessTestClusterBuilder UseStorage(IFencedGrainStorage storage)
    {
        Storage = storage;
        return this;
    }

    /// <summary>The table of reminders. It outlives silos that are killed and restarted.</summary>
    public InProcessTestClusterBuilder UseReminderTable(IReminderTable table)
    {
        ReminderTable = table;
        return this;
    }

    /// <summary>The store by which silos find each other. Without it: one in memory, where there is more than one silo.</summary>
    public InProcessTestClusterBuilder UseClusterStore(IClusterStore store)
    {
        ClusterStore = store;
        return this;
    }

    /// <summary>Leases, periods and bounds of the cluster.</summary>
    public InProcessTestClusterBuilder ConfigureCluster(Action<ClusterOptions> configure)
    {
        _clusterActions.Add(configure);
        return this;
    }

    public InProcessTestClusterBuilder ConfigureSilo(Action<ISiloBuilder> configure)
    {
        _siloActions.Add(configure);
        return this;
    }

    public InProcessTestClusterBuilder ConfigureSiloHost(Action<IHostApplicationBuilder> configure)
    {
        _hostActions.Add(configure);
        return this;
    }

    public InProcessTestClusterBuilder AddGrains(Assembly assembly) => ConfigureSilo(silo => silo.AddGrains(assembly));

    public InProcessTestCluster Build()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(InitialSilosCount, (short)1);
        if (InitialSilosCount > 1) ClusterStore ??= new MemoryClusterStore();
        return new InProcessTestCluster(this);
    }

    /// <summary>Builds the cluster and starts its silos.</summary>
    public async Task<InProcessTestCluster> DeployAsync()
    {
        var cluster = Build();
        await cluster.DeployAsync();
        return cluster;
    }
}
