using Orrery.Runtime.Storage;

namespace Orrery.Runtime.Tests.Persistence;

/// <summary>What every <see cref="IFencedGrainStorage"/> has to do. Derive a class, give it a storage, and its tests are these.</summary>
public abstract class GrainStorageCompliance
{
    private static readonly byte[] s_one = [1, 2, 3];
    private static readonly byte[] s_two = [4];

    /// <summary>An empty storage.</summary>
    protected abstract Task<IFencedGrainStorage> CreateAsync();

    [Fact]
    public async Task A_first_claim_makes_an_empty_row_of_version_zero_and_repeating_it_is_harmless()
    {
        var storage = await CreateAsync();
        for (int attempt = 0; attempt < 2; attempt++)
        {
            var claim = await RunAsync(storage, Claim("a", term: 1));
            claim.Outcome.ShouldBe(GrainStateOutcome.Succeeded);
            claim.StoredVersion.ShouldBe(0);
            claim.StoredValue.ShouldBeNull();
        }
    }

    [Fact]
    public async Task A_written_value_is_read_back_by_a_claim_with_its_version()
    {
        var storage = await CreateAsync();
        await RunAsync(storage, Claim("a", term: 1));
        (await RunAsync(storage, Write("a", term: 1, expectedVersion: 0, s_one))).StoredVersion.ShouldBe(1);
        (await RunAsync(storage, Write("a", term: 1, expectedVersion: 1, s_two))).StoredVersion.ShouldBe(2);
        var claim = await RunAsync(storage, Claim("a", term: 1));
        claim.StoredVersion.ShouldBe(2);
        claim.StoredValue!.Value.ToArray().ShouldBe(s_two);
    }

    [Fact]
    public async Task A_write_with_a_stale_version_is_refused_and_changes_nothing()
    {
        var storage = await CreateAsync();
        await RunAsync(storage, Claim("a", term: 1));
        await RunAsync(storage, Write("a", term: 1, expectedVersion: 0, s_one));
        foreach (var operation in new[] { Write("a", term: 1, expectedVersion: 0, s_two), Clear("a", term: 1, expectedVersion: 0), Write("a", term: 1, expectedVersion: 7, s_two) })
        {
            var refused = await RunAsync(storage, operation);
            refused.Outcome.ShouldBe(GrainStateOutcome.StaleVersion);
            refused.StoredVersion.ShouldBe(1);
        }

        (await RunAsync(storage, Claim("a", term: 1))).StoredValue!.Value.ToArray().ShouldBe(s_one);
    }

    [Fact]
    public async Task A_write_of_a_row_that_was_never_claimed_is_refused()
    {
        var storage = await CreateAsync();
        foreach (var operation in new[] { Write("a", term: 1, expectedVersion: 0, s_one), Clear("a", term: 1, expectedVersion: 0) })
        {
            var refused = await RunAsync(storage, operation);
            refused.Outcome.ShouldBe(GrainStateOutcome.StaleVersion);
            refused.StoredVersion.ShouldBe(-1);
        }
    }

    [Fact]
    public async Task A_paused_owner_can_neither_write_nor_clear_nor_claim_after_its_successor_has_claimed()
    {
        var storage = await CreateAsync();
        await RunAsync(storage, Claim("a", term: 4));
        await RunAsync(storage, Write("a", term: 4, expectedVersion: 0, s_one));
        (await RunAsync(storage, Claim("a", term: 5))).StoredValue!.Value.ToArray().ShouldBe(s_one);
        foreach (var operation in new[] { Write("a", term: 4, expectedVersion: 1, s_two), Clear("a", term: 4, expectedVersion: 1), Claim("a", term: 4) })
        {
            var refused = await RunAsync(storage, operation);
            refused.Outcome.ShouldBe(GrainStateOutcome.StaleTerm);
            refused.StoredTerm.ShouldBe(5);
            refused.StoredVersion.ShouldBe(1);
        }

        (await RunAsync(storage, Write("a", term: 5, expectedVersion: 1, s_two))).StoredVersion.ShouldBe(2);
    }

    [Fact]
    public async Task A_cleared_row_keeps_its_version_counting_so_that_none_is_used_twice()
    {
        var storage = await CreateAsync();
        await RunAsync(storage, Claim("a", term: 1));
        await RunAsync(storage, Write("a", term: 1, expectedVersion: 0, s_one));
        (await RunAsync(storage, Clear("a", term: 1, expectedVersion: 1))).StoredVersion.ShouldBe(2);
        var claim = await RunAsync(storage, Claim("a", term: 2));
        claim.StoredVersion.ShouldBe(2);
        claim.StoredValue.ShouldBeNull();
        (await RunAsync(storage, Write("a", term: 2, expectedVersion: 2, s_two))).StoredVersion.ShouldBe(3);
    }

    [Fact]
    public async Task Refused_operations_of_a_batch_do_not_hinder_the_others()
    {
        var storage = await CreateAsync();
        await RunAsync(storage, Claim("fenced", term: 9));
        await RunAsync(storage, Claim("stale", term: 1));
        GrainStateOperation[] batch =
        [
            Claim("new", term: 1), Claim("fenced", term: 1), Write("stale", term: 1, expectedVersion: 3, s_one), Write("none", term: 1, expectedVersion: 0, s_one), Claim("other", term: 1),
        ];
        await storage.ExecuteAsync(batch, CancellationToken.None);
        batch.Select(operation => operation.Outcome).ShouldBe(
            [GrainStateOutcome.Succeeded, GrainStateOutcome.StaleTerm, GrainStateOutcome.StaleVersion, GrainStateOutcome.StaleVersion, GrainStateOutcome.Succeeded]);
    }

    [Fact]
    public async Task Keys_that_differ_in_any_part_or_in_case_are_different_rows()
    {
        var storage = await CreateAsync();
        GrainStateKey[] keys = [new("t", "a", "s"), new("T", "a", "s"), new("t", "A", "s"), new("t", "a", "S"), new("t", "a/s", ""), new("t", "钟", "s"), new("t", "a ", "s"), new("t", "a'; drop", "s")];
        foreach (var (key, index) in keys.Select((key, index) => (key, index)))
        {
            await RunAsync(storage, new GrainStateOperation(GrainStateOperationKind.Claim, key, 3, 1, 0, default));
            await RunAsync(storage, new GrainStateOperation(GrainStateOperationKind.Write, key, 3, 1, 0, new[] { (byte)index }));
        }

        foreach (var (key, index) in keys.Select((key, index) => (key, index)))
            (await RunAsync(storage, new GrainStateOperation(GrainStateOperationKind.Claim, key, 3, 1, 0, default))).StoredValue!.Value.ToArray().ShouldBe([(byte)index]);
    }

    [Fact]
    public async Task Values_of_any_size_and_an_empty_one_come_back_as_they_were()
    {
        var storage = await CreateAsync();
        foreach (int size in new[] { 0, 1, 1_000, 3_000_000 })
        {
            byte[] value = new byte[size];
            new Random(size).NextBytes(value);
            string key = $"size{size}";
            await RunAsync(storage, Claim(key, term: 1));
            await RunAsync(storage, Write(key, term: 1, expectedVersion: 0, value));
            var claim = await RunAsync(storage, Claim(key, term: 1));
            claim.StoredValue.ShouldNotBeNull();
            claim.StoredValue.Value.Span.SequenceEqual(value).ShouldBeTrue();
        }
    }

    [Fact]
    public async Task A_batch_of_thousands_is_run_as_one()
    {
        var storage = await CreateAsync();
        var batch = Enumerable.Range(0, 5_000).Select(number => Claim($"k{number}", term: 1)).ToArray();
        await storage.ExecuteAsync(batch, CancellationToken.None);
        batch.ShouldAllBe(operation => operation.Outcome == GrainStateOutcome.Succeeded);
        await storage.ExecuteAsync([], CancellationToken.None);
    }

    [Fact]
    public async Task A_random_history_of_two_owners_equals_the_model()
    {
        var storage = await CreateAsync();
        var random = new Random(17);
        var rows = new Dictionary<string, (long Term, long Version, byte[]? Value)>();
        for (int step = 0; step < 2_000; step++)
        {
            string key = $"k{random.Next(5)}";
            long term = random.Next(1, 4) + step / 500;
            bool exists = rows.TryGetValue(key, out var row);
            long expected = exists && random.Next(4) > 0 ? row.Version : random.Next(5);
            var operation = random.Next(4) switch
            {
                0 => Claim(key, term),
                1 => Clear(key, term, expected),
                _ => Write(key, term, expected, [(byte)step]),
            };
            await RunAsync(storage, operation);
            bool isClaim = operation.Kind == GrainStateOperationKind.Claim;
            var outcome = exists && row.Term > term ? GrainStateOutcome.StaleTerm
                : !isClaim && (!exists || row.Version != expected) ? GrainStateOutcome.StaleVersion
                : GrainStateOutcome.Succeeded;
            operation.Outcome.ShouldBe(outcome, $"step {step}: {operation.Kind} of {key}, term {term}, version {expected}, row {row}");
            if (outcome != GrainStateOutcome.Succeeded) continue;
            rows[key] = isClaim ? row with { Term = term } : (term, row.Version + 1, operation.Kind == GrainStateOperationKind.Write ? operation.Value.ToArray() : null);
            operation.StoredVersion.ShouldBe(rows[key].Version);
            if (isClaim) operation.StoredValue?.ToArray().ShouldBe(row.Value);
            if (isClaim) (operation.StoredValue is null).ShouldBe(row.Value is null);
        }
    }

    private static async Task<GrainStateOperation> RunAsync(IFencedGrainStorage storage, GrainStateOperation operation)
    {
        await storage.ExecuteAsync([operation], CancellationToken.None);
        return operation;
    }

    private static GrainStateKey Key(string key) => new("compliance", key, "state");

    private static GrainStateOperation Claim(string key, long term) => new(GrainStateOperationKind.Claim, Key(key), 3, term, 0, default);

    private static GrainStateOperation Write(string key, long term, long expectedVersion, byte[] value) => new(GrainStateOperationKind.Write, Key(key), 3, term, expectedVersion, value);

    private static GrainStateOperation Clear(string key, long term, long expectedVersion) => new(GrainStateOperationKind.Clear, Key(key), 3, term, expectedVersion, default);
}
