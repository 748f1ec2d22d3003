namespace Orrery.Grains.Storing;

/// <summary>Spreads keys evenly, the same way at each start: FNV-1a.</summary>
static class KeyHash
{
    public static uint Of(string key)
    {
        uint hash = 2166136261;
        foreach (char c in key)
            hash = (hash ^ c) * 16777619;
        return hash;
    }
}
