namespace Orrery.Grains.Health.Servers;

sealed class ServerHealthState
{
    /// <summary>By intake partition: the position up to which everything is in chunks.</summary>
    public Dictionary<int, long> Checkpoints { get; set; } = [];

    /// <summary>Sequence of the next raw chunk. Never less than one past any stored one.</summary>
    public long NextChunk { get; set; }

    public DateTimeOffset? UnwellSince { get; set; }

    /// <summary>When the newest sample came, as of the last checkpoint.</summary>
    public DateTimeOffset? LastArrivalAt { get; set; }

    /// <summary>States of anomaly scorers by series key in base64.</summary>
    public Dictionary<string, byte[]> Anomalies { get; set; } = [];

    /// <summary>Set by a deletion: the checkpoints stay, so that what the log still holds is not taken again. New samples clear it.</summary>
    public bool Deleted { get; set; }
}
