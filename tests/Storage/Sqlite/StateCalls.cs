using Orrery.Runtime.Storage;

namespace Orrery.Storage.Tests.Sqlite;

/// <summary>Single operations on grain state, as short as the tests need them.</summary>
static class StateCalls
{
    public static async Task<GrainStateOperation> ClaimAsync(this IFencedGrainStorage states, string key, long term) =>
        await RunAsync(states, Claim(key, term));

    public static async Task<GrainStateOperation> WriteAsync(this IFencedGrainStorage states, string key, long term, long expectedVersion, byte[] value) =>
        await RunAsync(states, Write(key, term, expectedVersion, value));

    /// <summary>Claims a row of another grain type, in the highest term.</summary>
    public static async Task<GrainStateOperation> ClaimAsync(this IFencedGrainStorage states, string grainType, string key, string stateName) =>
        await RunAsync(states, new(GrainStateOperationKind.Claim, new(grainType, key, stateName), 0, long.MaxValue, 0, default));

    public static GrainStateOperation Claim(string key, long term) => new(GrainStateOperationKind.Claim, KeyOf(key), 0, term, 0, default);

    public static GrainStateOperation Write(string key, long term, long expectedVersion, byte[] value) => new(GrainStateOperationKind.Write, KeyOf(key), 0, term, expectedVersion, value);

    static GrainStateKey KeyOf(string key) => new("test", key, "state");

    static async Task<GrainStateOperation> RunAsync(IFencedGrainStorage states, GrainStateOperation operation)
    {
        await states.ExecuteAsync([operation], CancellationToken.None);
        return operation;
    }
}
