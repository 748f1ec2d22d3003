using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orrery.Runtime.Hosting;
using Orrery.Runtime.Storage;

namespace Orrery.Runtime.Testing;

/// <summary>A silo of a test cluster.</summary>
public sealed class InProcessSiloHandle
{
    /// <summary>How long the waits below wait, in real time, before they fail.</summary>
    private static readonly TimeSpan s_waitLimit = TimeSpan.FromSeconds(30);

    private readonly IHost _host;
    private readonly Silo _silo;

    internal InProcessSiloHandle(IHost host)
    {
        _host = host;
        _silo = host.Services.GetRequiredService<Silo>();
    }

    /// <summary>The silo's name: that of its process in <see cref="InProcessTestCluster.Cut"/>, and what keeps its shards over restarts.</summary>
    public string Name => _silo.Options.SiloName;

    /// <summary>Name and generation; the generation rises with each restart.</summary>
    public SiloId Id => _silo.Cluster?.Self ?? new SiloId(Name, 1);

    /// <summary>Calls grains from within this silo's process.</summary>
    public IClusterClient Client => ServiceProvider.GetRequiredService<IClusterClient>();

    /// <summary>Ends the wait when the silo has lost its lease or was declared dead; answers why. It takes no calls any more: kill it, or start it anew.</summary>
    public Task<string> Loss => WaitAsync(ServiceProvider.GetRequiredService<TestProcessEnd>().Lost, $"{Name} to be lost");

    /// <summary>Whether calls to the grain run in this silo, as far as it knows itself.</summary>
    public bool Owns(IAddressable grain)
    {
        var id = grain.GetGrainId();
        return _silo.Ownership.TryGetTerm(GrainShards.Of(id.Type.ToString(), id.Key.ToString()), out _);
    }

    /// <summary>The clock by which the silo judges its lease jumps, as after a pause of its process or a suspend of its machine.</summary>
    public void JumpLeaseClock(TimeSpan time) => ServiceProvider.GetRequiredService<TestLeaseClock>().Jump(time);

    internal Silo Silo => _silo;

    public IServiceProvider ServiceProvider => _host.Services;

    /// <summary>What the silo is doing.</summary>
    public SiloSnapshot Statistics => _silo.Statistics.Read();

    /// <summary>Whether the grain is in memory.</summary>
    public bool IsActive(IAddressable grain) => Find(grain) is { IsDead: false };

    /// <summary>Ends the wait when the grain is next deactivated. Take the task before doing what deactivates it.</summary>
    public Task<DeactivationReason> DeactivationOf(IAddressable grain)
    {
        var id = grain.GetGrainId();
        var source = new TaskCompletionSource<DeactivationReason>(TaskCreationOptions.RunContinuationsAsynchronously);
        void OnDeactivated(GrainId deactivated, DeactivationReason reason)
        {
            if (deactivated == id && source.TrySetResult(reason)) _silo.Events.OnDeactivated -= OnDeactivated;
        }

        _silo.Events.OnDeactivated += OnDeactivated;
        return WaitAsync(source.Task, $"{id} to be deactivated");
    }

    /// <summary>Ends the wait when the reminder has next fired and its row is written; answers when the fire was due. Take the task before moving the clock.</summary>
    public Task<DateTimeOffset> FireOf(IAddressable grain, string reminderName)
    {
        var id = grain.GetGrainId();
        var key = new ReminderKey(id.Type.ToString(), id.Key.ToString(), reminderName);
        var source = new TaskCompletionSource<DateTimeOffset>(TaskCreationOptions.RunContinuationsAsynchronously);
        void OnFired(ReminderKey fired, DateTimeOffset due)
        {
            if (fired == key && source.TrySetResult(due)) _silo.Reminders.OnFired -= OnFired;
        }

        _silo.Reminders.OnFired += OnFired;
        return WaitAsync(source.Task, $"reminder {key} to fire");
    }

    /// <summary>Deactivates the grain, if it is in memory, and waits until that is done.</summary>
    public async Task DeactivateAsync(IAddressable grain)
    {
        if (Find(grain) is not { IsDead: false } activation) return;
        var done = DeactivationOf(grain);
        activation.Deactivate(new(DeactivationReasonCode.RuntimeRequested, "A test asked for it."));
        if (activation.IsDead) return;
        await done;
    }

    internal async Task StopAsync(CancellationToken cancellationToken)
    {
        await _host.StopAsync(cancellationToken);
        await DisposeHostAsync();
    }

    internal async Task KillAsync()
    {
        _silo.Kill();
        await DisposeHostAsync();
    }

    private Task DisposeHostAsync() => _host.DisposeOfAsync();

    private Activation? Find(IAddressable grain)
    {
        var id = grain.GetGrainId();
        return _silo.Directory.Find(id.Type.ToString())?.Peek(id.Key.ToString());
    }

    private static async Task<T> WaitAsync<T>(Task<T> task, string what)
    {
        try
        {
            return await task.WaitAsync(s_waitLimit);
        }
        catch (TimeoutException error)
        {
            throw new TimeoutException($"Waited {s_waitLimit} for {what}; it did not happen.", error);
        }
    }
}
