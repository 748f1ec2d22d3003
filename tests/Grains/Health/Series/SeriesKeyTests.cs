using System.Text;
using Orrery.Interfaces.Health;

namespace Orrery.Grains.Tests.Health.Series;

public sealed class SeriesKeyTests
{
    static byte[] Key(params (string Name, string Value)[] labels) => SeriesKey.Encode(labels.Select(label => KeyValuePair.Create(label.Name, label.Value)));

    [Fact]
    public void Labels_in_any_order_give_one_key_with_the_name_first()
    {
        byte[] key = Key(("zone", "eu"), ("Host", "a"), ("__name__", "cpu"), ("empty", ""));
        key.ShouldBe(Key(("__name__", "cpu"), ("Host", "a"), ("zone", "eu")));
        var names = new List<string>();
        foreach (var label in SeriesKey.Labels(key)) names.Add(Encoding.UTF8.GetString(label.Name));
        names.ShouldBe(["__name__", "Host", "zone"]);
        SeriesKey.Parse(key)["zone"].ShouldBe("eu");
    }

    [Fact]
    public void Labels_that_cannot_name_a_series_are_told_apart()
    {
        var builder = new SeriesKeyBuilder();
        SeriesKeyError Build(params string[] names)
        {
            builder.Reset();
            foreach (string name in names) builder.Add(Encoding.UTF8.GetBytes(name), "v"u8);
            return builder.TryBuild(out _);
        }

        Build("__name__", "a").ShouldBe(SeriesKeyError.None);
        Build("a").ShouldBe(SeriesKeyError.NoName);
        Build().ShouldBe(SeriesKeyError.NoName);
        Build("__name__", "").ShouldBe(SeriesKeyError.EmptyLabelName);
        Build("__name__", "b", "a", "b").ShouldBe(SeriesKeyError.LabelTwice);
        Build("__name__", "__name__").ShouldBe(SeriesKeyError.LabelTwice);
        Build(["__name__", .. Enumerable.Range(0, 64).Select(number => "l" + number)]).ShouldBe(SeriesKeyError.TooManyLabels);
        Build("__name__", new string('x', 10_000_000)).ShouldBe(SeriesKeyError.TooLong);
        Should.Throw<ArgumentException>(() => Key(("a", "b"))).Message.ShouldContain("NoName");
    }

    [Fact]
    public void Labels_that_come_in_order_and_labels_that_do_not_are_built_alike()
    {
        var random = new Random(4);
        for (int round = 0; round < 500; round++)
        {
            var labels = Enumerable.Range(0, random.Next(1, 12)).Select(number => (Name: "l" + random.Next(1000), Value: "v" + random.Next(10))).DistinctBy(label => label.Name).Append(("__name__", "m")).ToArray();
            byte[] expected = Key([.. labels.OrderBy(label => label.Item1 == "__name__" ? "" : label.Item1, StringComparer.Ordinal)]);
            random.Shuffle(labels);
            Key(labels).ShouldBe(expected);
        }
    }

    [Fact]
    public void The_hash_is_the_one_that_is_stored_everywhere()
    {
        SeriesKey.Hash(Key(("__name__", "up"), ("instance", "erp-01:9100"))).ShouldBe(5839087990944409493UL);
        Enumerable.Range(0, 5000).Select(length => SeriesKey.Hash(new byte[length])).Distinct().Count().ShouldBe(5000);
    }

    [Fact]
    public void Bytes_that_are_no_key_give_a_clear_exception()
    {
        Should.Throw<SampleFormatException>(() => SeriesKey.Parse([5, 1, 2]));
        Should.Throw<SampleFormatException>(() => SeriesKey.Parse([1, 1]));
        Should.Throw<SampleFormatException>(() => SeriesKey.Parse(Enumerable.Repeat((byte)255, 30).ToArray()));
    }
}
