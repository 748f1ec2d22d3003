using System.Text;
using Orrery.Connectors.ObjectStores;

namespace Orrery.Connectors.Tests.ObjectStores;

/// <summary>What every object store promises, run against each of them.</summary>
public abstract class ObjectStoreCompliance : IAsyncLifetime
{
    protected IObjectStore Store { get; set; } = null!;

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    public abstract ValueTask InitializeAsync();

    public virtual ValueTask DisposeAsync()
    {
        Store.Dispose();
        GC.SuppressFinalize(this);
        return default;
    }

    [Fact]
    public async Task What_was_put_is_read_back_byte_for_byte_under_any_name()
    {
        byte[] content = new byte[300_000];
        new Random(1).NextBytes(content);
        string[] names = ["a", "day=2026-11-21/hour=08/part 1+2&3.jsonl.gz", "日志/订单.log", "x/y/z/100%~(1)!*'.txt", "empty"];
        foreach (string name in names)
            await Store.PutAsync(name, name == "empty" ? [] : content, Stop);
        foreach (string name in names)
        {
            byte[] expected = name == "empty" ? [] : content;
            (await Store.ReadAllAsync(name, 1 << 20, Stop)).ShouldBe(expected);
            (await Store.FindAsync(name, Stop)).ShouldNotBeNull().Length.ShouldBe(expected.Length);
        }

        var listed = new List<string>();
        await foreach (ObjectEntry entry in Store.AllAsync("", null, Stop))
            listed.Add(entry.Name);
        listed.Order(StringComparer.Ordinal).ShouldBe(names.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_put_replaces_and_a_put_if_absent_does_not()
    {
        await Store.PutAsync("a/b", Bytes("one"), Stop);
        await Store.PutAsync("a/b", Bytes("two"), Stop);
        (await Store.PutIfAbsentAsync("a/b", Bytes("three"), Stop)).ShouldBeFalse();
        Text(await Store.ReadAllAsync("a/b", 100, Stop)).ShouldBe("two");
        (await Store.PutIfAbsentAsync("a/c", Bytes("three"), Stop)).ShouldBeTrue();
        Text(await Store.ReadAllAsync("a/c", 100, Stop)).ShouldBe("three");
    }

    [Fact]
    public async Task Of_many_writers_of_one_absent_name_exactly_one_wins()
    {
        for (int round = 0; round < 20; round++)
        {
            string name = $"race/{round}";
            bool[] won = await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(async () => await Store.PutIfAbsentAsync(name, Bytes($"writer {writer}"), Stop))));
            won.Count(one => one).ShouldBe(1);
            Text(await Store.ReadAllAsync(name, 100, Stop)).ShouldBe($"writer {Array.IndexOf(won, true)}");
        }
    }

    [Fact]
    public async Task A_move_takes_the_place_of_another_and_leaves_nothing_behind()
    {
        await Store.PutAsync("from/x y", Bytes("new"), Stop);
        await Store.PutAsync("to/deep/z", Bytes("old"), Stop);
        await Store.MoveAsync("from/x y", "to/deep/z", Stop);
        Text(await Store.ReadAllAsync("to/deep/z", 100, Stop)).ShouldBe("new");
        (await Store.FindAsync("from/x y", Stop)).ShouldBeNull();
        await Should.ThrowAsync<ObjectMissingException>(async () => await Store.MoveAsync("from/x y", "to/deep/z", Stop));
        Text(await Store.ReadAllAsync("to/deep/z", 100, Stop)).ShouldBe("new");
    }

    [Fact]
    public async Task What_is_not_there_is_said_to_be_missing_and_deleting_it_is_nothing()
    {
        (await Store.FindAsync("none/at all", Stop)).ShouldBeNull();
        var error = await Should.ThrowAsync<ObjectMissingException>(async () => await Store.OpenReadAsync("none/at all", Stop));
        error.Message.ShouldContain("none/at all");
        await Store.DeleteAsync("none/at all", Stop);
        await Store.PutAsync("one", Bytes("1"), Stop);
        await Store.DeleteAsync("one", Stop);
        (await Store.FindAsync("one", Stop)).ShouldBeNull();
        (await Store.ListAsync("", null, 10, Stop)).Objects.ShouldBeEmpty();
    }

    [Fact]
    public async Task Pages_meet_without_a_gap_or_an_overlap_even_if_the_last_name_is_gone()
    {
        string[] names = [.. Enumerable.Range(0, 57).Select(i => $"t/{i % 5}/{i:d3}"), "t.x", "s/z", "u", "t/1-2", "t/1.5/x"];
        foreach (string name in names)
            await Store.PutAsync(name, Bytes(name), Stop);
        var seen = new List<string>();
        string? after = null;
        while (true)
        {
            ObjectPage page = await Store.ListAsync("t/", after, 7, Stop);
            page.Objects.Count.ShouldBeLessThanOrEqualTo(7);
            seen.AddRange(page.Objects.Select(entry => entry.Name));
            if (!page.More)
                break;
            after = page.Objects[^1].Name;
            await Store.DeleteAsync(after, Stop);
        }

        seen.ShouldBe(names.Where(name => name.StartsWith("t/", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        (await Store.ListAsync("t/4/0", null, 1000, Stop)).Objects.ShouldAllBe(entry => entry.Name.StartsWith("t/4/0"));
    }

    [Fact]
    public async Task Names_that_lead_elsewhere_are_refused()
    {
        foreach (string name in new[] { "", "/a", "a/", "a//b", "../a", "a/../b", "a/./b", "a\\b", "a\nb", new string('x', 201), string.Join('/', Enumerable.Repeat("xxxxxxxxx", 100)) })
            await Should.ThrowAsync<ArgumentException>(async () => await Store.PutAsync(name, Bytes("x"), Stop));
    }

    protected static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    protected static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes);
}
