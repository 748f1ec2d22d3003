namespace Orrery.Runtime.Storage;

/// <summary>The key of a stored row: which grain, and which of its values.</summary>
public readonly record struct GrainStateKey(string GrainType, string GrainKey, string StateName)
{
    public override string ToString() => $"{GrainType}/{GrainKey}#{StateName}";
}
