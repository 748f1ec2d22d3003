namespace Orrery.Runtime;

/// <summary>What every grain class offers to the engine.</summary>
public interface IGrainBase
{
    /// <summary>The activation that this object lives in.</summary>
    IGrainContext GrainContext { get; }

    /// <summary>Runs after state is loaded and before the first call. An exception fails the waiting calls, and the next call tries again.</summary>
    Task OnActivateAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Runs after the last call, before the activation is forgotten.</summary>
    Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>One activation of a grain.</summary>
public interface IGrainContext
{
    GrainId GrainId { get; }

    /// <summary>The grain object; null until its constructor has returned.</summary>
    object? GrainInstance { get; }

    /// <summary>The services of the silo. There is no scope per grain: scoped services cannot be resolved.</summary>
    IServiceProvider ActivationServices { get; }

    /// <summary>A part of the activation, such as <see cref="IGrainExtensionBinder"/>; null where it has none of this type.</summary>
    TComponent? GetComponent<TComponent>()
        where TComponent : class;

    /// <summary>Ends this activation once its running calls have ended. Calls that wait go to the next activation.</summary>
    void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default);
}
