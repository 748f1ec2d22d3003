using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orrery.Runtime.CodeGeneration;
using Orrery.Runtime.Hosting;
using Orrery.Runtime.Storage;

namespace Orrery.Runtime;

/// <summary>The part of a process that hosts grains. Everything of one silo hangs here; nothing that changes is static.</summary>
internal sealed class Silo : IAsyncDisposable
{
    private static readonly DeactivationReason s_shuttingDown = new(DeactivationReasonCode.ShuttingDown, "The silo stops.");

    private static readonly DeactivationReason s_moving = new(DeactivationReasonCode.RuntimeRequested, "The grain's shard goes to another silo.");

    /// <summary>A turn that holds its caller's thread for longer has its method's next calls queued instead.</summary>
    private static readonly TimeSpan s_inlineTurnLimit = TimeSpan.FromMicroseconds(200);

    /// <summary>After so many queued calls a slow method is tried on the caller's thread again.</summary>
    private const int QueuedCallsAfterSlowTurn = 1_000;

    private readonly Signal _empty;
    private readonly long _inlineTurnLimit;
    private ITimer? _sweepTimer;
    private ITimer? _collectTimer;
    private volatile SiloLife _life;
    private int _activations;

    public Silo(IServiceProvider services, IOptions<SiloOptions> options, IOptions<ReminderOptions> reminderOptions, TimeProvider time, IShardOwnership ownership,
        IGrainStateSerializer serializer, IMeterFactory meters, ILogger<Silo> logger, IEnumerable<GrainAssembly> assemblies)
    {
        Services = services;
        Options = options.Value;
        Time = time;
        Ownership = ownership;
        Serializer = serializer;
        Log = new SiloLog(logger);
        Clock = new SiloClock(time);
        Calls = new PendingCalls(() => Clock.Tick);
        Scheduler = TurnScheduler.For(Options.TurnScheduler);
        _empty = new Signal(Scheduler);
        Storages = new GrainStorages(this);
        Factory = new GrainFactory(this);
        Objects = new SiloObjects(this);
        Statistics = new SiloStatistics(this);
        var chosen = assemblies.Select(assembly => assembly.Assembly).ToList();
        Directory = new GrainDirectory(this, !Options.HostsGrains ? [] : chosen.Count > 0 ? chosen : GrainAssemblies.Discover());
        Observers = new GrainTypeRuntime(this, new GrainClass(typeof(IGrainObserver), "observer", GrainClassOptions.None, 0, [], static activator =>
            throw new ObjectDisposedException(activator.Context.GrainId.ToString(), "DeleteObjectReference was called for this observer.")));
        Reminders = new ReminderService(this, services.GetService<IReminderTable>(), reminderOptions.Value);
        Instruments = new SiloInstruments(this, meters);
        _inlineTurnLimit = (long)(s_inlineTurnLimit.TotalSeconds * time.TimestampFrequency);
        if (services.GetService<IClusterStore>() is { } store) EnterCluster(store);
    }

    /// <summary>The process has to end, for the reason given: its lease is over, or it was declared dead.</summary>
    public event Action<string>? Lost;

    /// <summary>Why it stops, for the history of members.</summary>
    public string StopReason { get; set; } = "Its process was stopped.";

    /// <summary>This process's part in a cluster; null for a silo without one.</summary>
    public ClusterNode? Cluster { get; private set; }

    public IServiceProvider Services { get; }

    public SiloOptions Options { get; }

    public TimeProvider Time { get; }

    public IShardOwnership Ownership { get; }

    public IGrainStateSerializer Serializer { get; }

    public SiloLog Log { get; }

    public SiloClock Clock { get; }

    public PendingCalls Calls { get; }

    public TurnScheduler Scheduler { get; }

    public GrainStorages Storages { get; }

    public GrainFactory Factory { get; }

    public SiloObjects Objects { get; }

    public GrainDirectory Directory { get; }

    public GrainTypeRuntime Observers { get; }

    public ReminderService Reminders { get; }

    public SiloStatistics Statistics { get; }

    public SiloInstruments Instruments { get; }

    /// <summary>Where calls of shards go; null in a silo without cluster, which runs all of them.</summary>
    public IGrainRouter? Router { get; private set; }

    public IClusterTransport? Transport { get; private set; }

    public ShardTable? Shards { get; private set; }

    public ActivationEvents Events { get; } = new();

    public int ActivationCount => Volatile.Read(ref _activations);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (_life != SiloLife.Created) throw new InvalidOperationException($"Silo {Options.SiloName} was started before. Make a new one.");
        using (SuppressedFlow.Begin())
        {
            _sweepTimer = Time.CreateTimer(static silo => ((Silo)silo!).Sweep(), this, SiloClock.TickLength, SiloClock.TickLength);
            _collectTimer = Time.CreateTimer(static silo => ((Silo)silo!).CollectIdle(), this, Options.CollectionPeriod, Options.CollectionPeriod);
        }

        _life = SiloLife.Running;
        if (Cluster is not null) await Cluster.StartAsync(cancellationToken);
        await Reminders.StartAsync(cancellationToken);
        Log.Started(Options.SiloName, Directory.Types.Count);
    }

    /// <summary>Takes no new grains, lets running calls end, deactivates every grain, and answers what still waits. The token cuts this short.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_life != SiloLife.Running) return;
        using var drainTime = Cluster is null ? null : new CancellationTokenSource(Cluster.Context.Options.DrainTimeout, Time);
        using var stop = drainTime is null ? null : CancellationTokenSource.CreateLinkedTokenSource(drainTime.Token, cancellationToken);
        if (stop is not null) cancellationToken = stop.Token;
        await Reminders.StopAsync(cancellationToken);
        if (Cluster is not null) await DrainAsync(Cluster, cancellationToken);
        if (_life != SiloLife.Running) return;
        _life = SiloLife.Stopping;
        Log.Stopping(Options.SiloName, ActivationCount);
        foreach (var activation in Directory.Types.SelectMany(type => type.Activations)) activation.Deactivate(s_shuttingDown);
        if (ActivationCount == 0) _empty.Set();
        try
        {
            await _empty.Task.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            Log.StoppedEarly(Options.SiloName, ActivationCount);
        }

        if (Cluster is not null) await LeaveAsync(Cluster);
        End();
        Log.Stopped(Options.SiloName);
    }

    /// <summary>Ends as a crash does: no grain is deactivated, callers learn that the silo is gone.</summary>
    public void Kill()
    {
        Reminders.Kill();
        Cluster?.Kill();
        End();
    }

    /// <summary>The cluster goes on without this silo. Nothing is answered or stored any more, and the process has to end.</summary>
    public void OnLost(string reason)
    {
        Reminders.Kill();
        End();
        Lost?.Invoke(reason);
    }

    /// <summary>Asks the activations of these shards to end; calls that wait at them follow the shard.</summary>
    public void EndActivationsOf(IReadOnlySet<int> shards)
    {
        foreach (var type in Directory.Types)
            foreach (var activation in type.Activations)
                if (activation.Shard >= 0 && shards.Contains(activation.Shard)) DeactivateMoving(activation);
    }

    /// <summary>Names some activation of the shard; null where there is none.</summary>
    public string? NameActivationOf(int shard) =>
        Directory.Types.SelectMany(type => type.Activations).FirstOrDefault(activation => activation.Shard == shard)?.ToString();

    private void EnterCluster(IClusterStore store)
    {
        var options = Services.GetRequiredService<IOptions<ClusterOptions>>().Value;
        var seams = Services.GetRequiredService<ClusterSeams>();
        var log = new ClusterLog(Services.GetRequiredService<ILoggerFactory>().CreateLogger("Orrery.Runtime.Cluster"));
        Shards = Ownership as ShardTable;
        Transport = Services.GetRequiredService<ClusterTransportFactory>()(this);
        if (Options.HostsGrains) Objects.Add(new SiloControl(this), SiloControl.Number);
        Cluster = new ClusterNode(this, new ClusterContext(Options.SiloName, options, store, Time, seams, Scheduler, log), Transport, Shards);
        Router = Cluster.Router;
    }

    private async Task DrainAsync(ClusterNode cluster, CancellationToken cancellationToken)
    {
        try
        {
            await cluster.DrainAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            Log.StoppedEarly(Options.SiloName, ActivationCount);
        }
    }

    /// <summary>Also where the time to drain is over, for that leaves others less to wait.</summary>
    private async Task LeaveAsync(ClusterNode cluster)
    {
        try
        {
            await cluster.LeaveAsync();
        }
        catch (Exception error)
        {
            cluster.Context.Log.LeaveFailed(cluster.Self, error);
        }

        cluster.Kill();
    }

    private void End()
    {
        _life = SiloLife.Ended;
        _sweepTimer?.Dispose();
        _collectTimer?.Dispose();
        foreach (var activation in Directory.Types.SelectMany(type => type.Activations)) activation.StopTimers();
        Calls.RejectAll(Unavailable("it has stopped"));
    }

    public async ValueTask DisposeAsync()
    {
        if (_life != SiloLife.Ended) Kill();
        if (Transport is not null) await Transport.DisposeAsync();
        Instruments.Dispose();
    }

    /// <exception cref="SiloUnavailableException">The silo makes no new activations now.</exception>
    public void CheckTakesNewGrains(string grainType, string key)
    {
        if (_life == SiloLife.Running) return;
        throw Unavailable($"{grainType}/{key} was called, and it {(_life == SiloLife.Created ? "has not started" : "stops")}");
    }

    /// <summary>A silo that has ended writes nothing more, as if its process were gone.</summary>
    public void CheckStores(object key)
    {
        if (_life == SiloLife.Ended) throw Unavailable($"a change of {key} came after it had ended");
    }

    private SiloUnavailableException Unavailable(string why) => new($"Silo {Options.SiloName} takes no calls: {why}.");

    public void OnActivationCreated(Activation activation)
    {
        Interlocked.Increment(ref _activations);
        // One that was let in just before the silo began to stop may have been missed by the walk over all: it is there, so it ends itself.
        if (_life != SiloLife.Running) activation.Deactivate(s_shuttingDown);
    }

    /// <summary>Ends an activation whose shard goes to another silo; calls that wait follow it there.</summary>
    public void DeactivateMoving(Activation activation) => activation.Deactivate(s_moving);

    public void OnActivationRemoved()
    {
        if (Interlocked.Decrement(ref _activations) == 0 && _life == SiloLife.Stopping) _empty.Set();
    }

    public void TimeInlineTurn(GrainMethod method, ref MethodCount count, long started)
    {
        long elapsed = Time.GetTimestamp() - started;
        Statistics.AddTime(ref count, elapsed, MethodTally.TimedEvery);
        if (elapsed > _inlineTurnLimit) method.QueueNext(QueuedCallsAfterSlowTurn);
        Instruments.RecordDuration(method, elapsed);
    }

    private void Sweep()
    {
        Clock.Advance();
        Calls.Sweep();
    }

    private void CollectIdle()
    {
        int before = unchecked(Clock.Tick - SiloClock.ToTicks(Options.CollectionAge));
        foreach (var type in Directory.Types)
            foreach (var activation in type.Activations)
                if (activation.LooksIdleSince(before)) activation.DeactivateIfIdleSince(before);
    }
}

internal enum SiloLife : byte
{
    Created,
    Running,
    Stopping,
    Ended,
}
