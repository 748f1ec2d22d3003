using Orrery.Grains.Tags;

namespace Orrery.Grains.Tests.Tags;

/// <summary>Compressed sets against plain ones.</summary>
public sealed class ObjectBitmapTests
{
    const int Ordinals = 300_000, Steps = 60_000;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_bitmap_holds_what_a_set_holds_through_lists_and_bits_and_back(int seed)
    {
        var random = new Random(seed);
        var bitmap = new ObjectBitmap();
        var set = new SortedSet<int>();
        // Crowded, sparse, and emptied again.
        foreach ((int range, double adding) in new[] { (20_000, 0.9), (Ordinals, 0.7), (20_000, 0.1) })
            for (int step = 0; step < Steps; step++)
            {
                int ordinal = random.Next(range);
                if (random.NextDouble() < adding)
                    bitmap.Add(ordinal).ShouldBe(set.Add(ordinal));
                else
                    bitmap.Remove(ordinal).ShouldBe(set.Remove(ordinal));
            }

        bitmap.Count.ShouldBe(set.Count);
        bitmap.From().ShouldBe(set);
        int from = random.Next(Ordinals);
        bitmap.From(from).ShouldBe(set.GetViewBetween(from, int.MaxValue));
        Copy(bitmap).From().ShouldBe(set);
    }

    [Theory]
    [InlineData(0.5, 0.001)]
    [InlineData(0.01, 0.02)]
    [InlineData(0.9, 0.8)]
    public void And_or_and_except_are_those_of_sets(double first, double second)
    {
        var random = new Random(7);
        int[] left = [.. Enumerable.Range(0, Ordinals).Where(_ => random.NextDouble() < first)], right = [.. Enumerable.Range(Ordinals / 3, Ordinals).Where(_ => random.NextDouble() < second)];
        (ObjectBitmap a, ObjectBitmap b) = (Of(left), Of(right));
        ObjectBitmap.And(a, b).From().ShouldBe(left.Intersect(right));
        ObjectBitmap.Or(a, b).From().ShouldBe(left.Union(right).Order());
        ObjectBitmap.Except(a, b).From().ShouldBe(left.Except(right));
        a.From().ShouldBe(left);
        b.From().ShouldBe(right);
    }

    static ObjectBitmap Of(int[] ordinals)
    {
        var bitmap = new ObjectBitmap();
        foreach (int ordinal in ordinals)
            bitmap.Add(ordinal);
        return bitmap;
    }

    static ObjectBitmap Copy(ObjectBitmap bitmap)
    {
        var bytes = new MemoryStream();
        using (var writer = new BinaryWriter(bytes, System.Text.Encoding.UTF8, leaveOpen: true))
            bitmap.Write(writer);
        bytes.Position = 0;
        using var reader = new BinaryReader(bytes);
        return ObjectBitmap.Read(reader);
    }
}
