using System.Text.Json;

namespace Orrery.Bench.Nab;

/// <summary>What published detectors reach on the same series, by the same scoring, from baselines.json.</summary>
public static class NabPeers
{
    /// <summary>Scores by detector for one profile; empty where the file is absent.</summary>
    public static IReadOnlyDictionary<string, double> Read(string folder, NabProfile profile)
    {
        var path = Path.Combine(folder, "baselines.json");
        if (!File.Exists(path))
            return new Dictionary<string, double>();
        using var baselines = JsonDocument.Parse(File.ReadAllText(path));
        return baselines.RootElement.GetProperty("this_split").EnumerateObject().ToDictionary(
            detector => detector.Name,
            detector => detector.Value.GetProperty(profile.Name).GetProperty("score").GetDouble());
    }
}
