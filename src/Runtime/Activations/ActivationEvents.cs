namespace Orrery.Runtime;

/// <summary>Tells test hosts what happens, so that they wait for events and never for time.</summary>
internal sealed class ActivationEvents
{
    public event Action<GrainId>? OnActivated;

    public event Action<GrainId, DeactivationReason>? OnDeactivated;

    public void Activated(Activation activation) => OnActivated?.Invoke(activation.GrainId);

    public void Deactivated(Activation activation, DeactivationReason reason) => OnDeactivated?.Invoke(activation.GrainId, reason);
}
