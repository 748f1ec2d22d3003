namespace Orrery.Grains.Channels.Landing;

/// <summary>A lander keeps nothing else: what it landed is in the manifests, what it reported is in the ledger.</summary>
sealed class LanderState
{
    /// <summary>Counts activations, so that no two of them write into one folder of unpublished files.</summary>
    public long Term { get; set; }
}
