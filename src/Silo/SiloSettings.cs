namespace Orrery.Silo;

/// <summary>What a silo needs to know.</summary>
public sealed record SiloSettings
{
    /// <summary>
    /// The folder that holds everything: made where there is none, continued where there is one. One process at a time may use it; in a cluster it holds the log
    /// and the installation key, and the silos share it.
    /// </summary>
    public required string DataDirectory { get; init; }

    /// <summary>The cluster that the silo joins; null: it is alone.</summary>
    public ClusterSettings? Cluster { get; init; }

    /// <summary>Where the log is: <c>kafka://HOST:PORT</c>, see <see cref="LogAddress"/>. Null: in segment files of the data folder.</summary>
    public string? Log { get; init; }

    /// <summary>Further settings of the silo; null for none.</summary>
    public Action<ISiloBuilder>? Configure { get; init; }
}
