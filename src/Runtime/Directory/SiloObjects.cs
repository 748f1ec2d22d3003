using System.Collections.Concurrent;
using System.Globalization;
using Orrery.Runtime.CodeGeneration;
using Orrery.Runtime.Storage;

namespace Orrery.Runtime;

/// <summary>
/// The objects of this process that are no grains and can be called from others: observers, and the silo's own well-known objects. Each is named by
/// its process and a number. References to objects of other processes are made here too.
/// </summary>
internal sealed class SiloObjects(Silo silo)
{
    /// <summary>Smaller numbers belong to well-known objects.</summary>
    public const long FirstNumber = 1_000;

    private readonly ConcurrentDictionary<long, Activation> _objects = new();
    private readonly ConcurrentDictionary<SiloId, GrainTypeRuntime> _processes = new();
    private long _lastNumber = FirstNumber - 1;

    /// <summary>Lets an object be called.</summary>
    /// <param name="target">The object; it is called one call at a time.</param>
    /// <param name="wellKnown">A number below <see cref="FirstNumber"/> that other processes know; 0 gives the next free one.</param>
    public Activation Add(object target, long wellKnown = 0)
    {
        long number = wellKnown > 0 ? wellKnown : Interlocked.Increment(ref _lastNumber);
        var activation = new Activation(silo.Observers, number.ToString(CultureInfo.InvariantCulture));
        activation.AdoptObserver(target);
        // Calls name methods by id: what this process has never referred to itself has to be known before the first call comes.
        foreach (var offered in target.GetType().GetInterfaces())
            if (offered != typeof(IGrainObserver) && offered.IsAssignableTo(typeof(IGrainObserver))) GrainInterfaces.ManifestOf(offered.Assembly);
        if (!_objects.TryAdd(number, activation)) throw new InvalidOperationException($"There is an object with the number {number} in this process already.");
        return activation;
    }

    public void Remove(Activation activation) => _objects.TryRemove(NumberOf(activation.Key), out _);

    public Activation? Find(long number) => _objects.GetValueOrDefault(number);

    /// <summary>A reference to an object of this or another process.</summary>
    public object Refer(Type interfaceType, SiloId process, long number)
    {
        bool isOwn = silo.Transport is not { } transport || process == transport.Self || process == default;
        var type = isOwn ? silo.Observers : _processes.GetOrAdd(process, static (process, silo) => new GrainTypeRuntime(silo, silo.Observers.Class) { Process = process, Placement = GrainPlacement.OtherProcess }, silo);
        return GrainInterfaces.Find(interfaceType).Create(new GrainAddress(type, number.ToString(CultureInfo.InvariantCulture), isOwn ? Find(number) : null));
    }

    /// <inheritdoc cref="Refer(Type, SiloId, long)"/>
    public TInterface Refer<TInterface>(SiloId process, long number)
        where TInterface : IGrainObserver => (TInterface)Refer(typeof(TInterface), process, number);

    /// <summary>The process has ended: its objects are not called any more.</summary>
    public void Forget(SiloId process) => _processes.TryRemove(process, out _);

    public static long NumberOf(string key) => long.Parse(key, CultureInfo.InvariantCulture);
}
