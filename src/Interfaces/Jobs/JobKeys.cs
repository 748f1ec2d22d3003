using System.Globalization;

namespace Orrery.Interfaces.Jobs;

/// <summary>The keys of the grains that bring jobs and workers together.</summary>
public static class JobKeys
{
    const int Shards = 16;

    /// <summary>The queue of a place: silos share one, agents are spread over several.</summary>
    /// <param name="place">Empty: any silo; else an agent's key.</param>
    public static string QueueOf(string place) => place.Length == 0 ? EntityKeys.Fleet : string.Create(CultureInfo.InvariantCulture, $"agents-{Hash(place) % Shards}");

    /// <summary>FNV-1a: the same at each start.</summary>
    static uint Hash(string key)
    {
        uint hash = 2166136261;
        foreach (char c in key)
            hash = (hash ^ c) * 16777619;
        return hash;
    }
}
