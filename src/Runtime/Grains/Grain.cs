namespace Orrery.Runtime;

/// <summary>
/// The base of grain classes. The engine makes the object on the first call to its identity, runs one turn of it at a time, and drops
/// it when it has been idle for long; what must outlive that is in an <see cref="IPersistentState{TState}"/>.
/// </summary>
public abstract class Grain : IGrainBase, IAddressable
{
    private readonly IGrainContext? _context;

    /// <summary>Called by the engine, which sets the context for the time of the constructor.</summary>
    protected Grain() => _context = GrainRuntime.Current;

    /// <exception cref="InvalidOperationException">The object was made by hand and lives in no silo.</exception>
    public IGrainContext GrainContext => _context ?? throw GrainRuntime.NotHosted(GetType());

    protected IGrainFactory GrainFactory => GrainRuntime.Of(this).Factory;

    protected internal IServiceProvider ServiceProvider => GrainContext.ActivationServices;

    public virtual Task OnActivateAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public virtual Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Ends this activation after the running call.</summary>
    protected void DeactivateOnIdle() => GrainContext.Deactivate(new(DeactivationReasonCode.ApplicationRequested, "DeactivateOnIdle was called."));

    /// <summary>Keeps this activation from being collected as idle for at least this time; a negative time ends an earlier wish.</summary>
    protected void DelayDeactivation(TimeSpan timeSpan) => GrainRuntime.Of(this).DelayDeactivation(timeSpan);
}
