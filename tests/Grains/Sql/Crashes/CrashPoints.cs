using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orrery.Dataflow.Checkpoints;
using Orrery.Grains.Sql;
using Orrery.Grains.Sql.Checkpoints;
using Orrery.Grains.Tests.Topics;
using Orrery.Log;
using Orrery.Runtime.Storage;

namespace Orrery.Grains.Tests.Sql.Crashes;

/// <summary>
/// Everything that a silo does to the world outside: appends to the log, calls to the checkpoints' store, writes of grains' state. Each is one point; the silo dies at the one that is armed, before it or behind it without
/// hearing so: from then on nothing that it asks for happens. Once it is dead its successor is let through, and what hung fails, as for a process that only seemed dead.
/// </summary>
sealed class CrashPoints(Random random) : LogGates
{
    readonly Lock access = new();
    TaskCompletionSource crashed = NewSource(), released = NewSource();
    int left = int.MaxValue;
    bool isBehind;

    public Task Crashed
    {
        get
        {
            lock (access)
                return crashed.Task;
        }
    }

    /// <summary>What happened at the points, for messages.</summary>
    public List<string> Trail { get; } = [];

    /// <summary>The silo dies at the point after so many.</summary>
    public void Arm(int points)
    {
        lock (access)
            (left, isBehind) = (points, random.Next(2) == 0);
    }

    /// <summary>It is dead; nothing hinders the next one.</summary>
    public void Release()
    {
        TaskCompletionSource former;
        lock (access)
        {
            former = released;
            (crashed, released, left) = (NewSource(), NewSource(), int.MaxValue);
            BeforeAcknowledge = Task.CompletedTask;
        }

        former.TrySetException(new IOException("The silo had died (the test says so)."));
    }

    public void Register(IServiceCollection services)
    {
        ServiceDescriptor embedded = services.Last(static service => service.ServiceType == typeof(ILog));
        services.Remove(embedded);
        services.AddSingleton<ILog>(provider => new GatedLog((ILog)embedded.ImplementationFactory!(provider), this));
        services.AddSingleton<ICheckpointPlaces>(provider => new Places(this, new FolderCheckpointPlaces(provider.GetRequiredService<IOptions<SqlOptions>>())));
    }

    /// <summary>Of an append: what it has to wait for.</summary>
    public override Task? TakeHold()
    {
        lock (access)
        {
            switch (Next("append"))
            {
                case Fate.Before or Fate.Dead:
                    return released.Task;
                case Fate.Behind:
                    BeforeAcknowledge = released.Task;
                    return null;
                default:
                    return null;
            }
        }
    }

    public async Task<T> PassAsync<T>(string what, Func<Task<T>> act)
    {
        Fate fate;
        Task late;
        lock (access)
            (fate, late) = (Next(what), released.Task);
        if (fate is Fate.Before or Fate.Dead)
            await late;
        T result = await act();
        if (fate is Fate.Behind)
            await late;
        return result;
    }

    Fate Next(string what)
    {
        if (crashed.Task.IsCompleted)
            return Fate.Dead;
        if (left == int.MaxValue || left-- > 0)
            return Fate.Alive;
        Trail.Add($"{(isBehind ? "behind" : "before")} {what}");
        crashed.TrySetResult();
        return isBehind ? Fate.Behind : Fate.Before;
    }

    static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    enum Fate
    {
        Alive,
        Before,
        Behind,
        Dead,
    }

    sealed class Places(CrashPoints points, ICheckpointPlaces inner) : ICheckpointPlaces
    {
        public ICheckpointStore Of(string key) => new Store(points, inner.Of(key)!);

        public string Describe(string key) => inner.Describe(key);
    }

    sealed class Store(CrashPoints points, ICheckpointStore inner) : ICheckpointStore
    {
        public Task Put(string name, ReadOnlyMemory<byte> bytes, CancellationToken cancellation) => points.PassAsync($"put of {name}", async () =>
        {
            await inner.Put(name, bytes, cancellation);
            return true;
        });

        public Task<byte[]?> Get(string name, CancellationToken cancellation) => points.PassAsync($"get of {name}", () => inner.Get(name, cancellation));

        public Task<IReadOnlyList<string>> List(CancellationToken cancellation) => points.PassAsync("list", () => inner.List(cancellation));

        public Task Delete(string name, CancellationToken cancellation) => points.PassAsync($"deletion of {name}", async () =>
        {
            await inner.Delete(name, cancellation);
            return true;
        });
    }
}

/// <summary>Grain storage at whose writes a silo can die.</summary>
sealed class CrashStorage(IFencedGrainStorage inner, CrashPoints points) : IFencedGrainStorage
{
    public Task ExecuteAsync(IReadOnlyList<GrainStateOperation> batch, CancellationToken cancellationToken) => batch.All(static operation => operation.Kind == GrainStateOperationKind.Claim)
        ? inner.ExecuteAsync(batch, cancellationToken)
        : points.PassAsync($"write of {batch[0].Key.GrainType}", async () =>
        {
            await inner.ExecuteAsync(batch, cancellationToken);
            return true;
        });
}
