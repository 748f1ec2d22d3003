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

    internal TimeProvider Time { get; private set; } = TimeProvider.System;

    internal IFencedGrainStorage Storage { get; private set; } = new MemoryGrainStorage();

    internal IReminderTable ReminderTable { get; private set; } = new MemoryReminderTable();

    internal IReadOnlyList<Action<ISiloBuilder>> SiloActions => _siloActions;

    internal IReadOnlyList<Action<IHostApplicationBuilder>> HostActions => _hostActions;

    /// <summary>The clock of every silo; a <see cref="ManualTimeProvider"/> makes timers, reminders, deadlines and collection run when the test says so.</summary>
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

    public InProcessTestCluster Build() => new(this);

    /// <summary>Builds the cluster and starts its silo.</summary>
    public async Task<InProcessTestCluster> DeployAsync()
    {
        var cluster = Build();
        await cluster.DeployAsync();
        return cluster;
    }
}
