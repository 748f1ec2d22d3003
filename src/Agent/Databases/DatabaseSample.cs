namespace Orrery.Agent.Databases;

/// <summary>What a database says at one moment; null where the engine does not say it. Counters count since the server's start.</summary>
internal sealed class DatabaseSample
{
    public double? Sessions, SessionsActive, SessionsMax, LocksWaiting, SizeBytes, SlowStatements, Deadlocks;
    /// <summary>Counters from which rates and the hit rate are made.</summary>
    public double? Queries, Transactions, CacheHits, CacheMisses;
    /// <summary>For engines that give the hit rate itself.</summary>
    public double? CacheHitPercent;
}
