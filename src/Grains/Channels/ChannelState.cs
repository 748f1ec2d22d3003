using Orrery.Interfaces.Channels;

namespace Orrery.Grains.Channels;

sealed class ChannelState
{
    /// <summary>Without secrets.</summary>
    public ChannelSpec Spec { get; set; } = new();

    /// <summary>See <see cref="Secrets.SecretBox"/>.</summary>
    public byte[]? SealedConnection { get; set; }

    public byte[]? SealedStore { get; set; }

    public bool IsPaused { get; set; }

    public bool IsDeleting { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>0: there is no such channel.</summary>
    public long Version { get; set; }
}

/// <summary>What a channel tells its workers to do.</summary>
/// <param name="Version">Of the channel: a newer one replaces the work that runs.</param>
/// <param name="Spec">Without secrets.</param>
/// <param name="Secret">The sealed connection or store of this worker.</param>
/// <param name="Topic">Its topic.</param>
/// <param name="IsRunning">False: stop.</param>
sealed record ChannelOrder(long Version, ChannelSpec Spec, byte[]? Secret, string Topic, bool IsRunning);
