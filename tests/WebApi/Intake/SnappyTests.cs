using System.Text;
using Orrery.WebApi.Errors;
using Orrery.WebApi.Intake;

namespace Orrery.WebApi.Tests.Intake;

public sealed class SnappyTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(59, 1)]
    [InlineData(61, 3)]
    [InlineData(300, 7)]
    [InlineData(70_000, 11)]
    [InlineData(300_000, 3_000)]
    public void What_was_packed_comes_out(int length, int period)
    {
        var random = new Random(length);
        byte[] pattern = new byte[Math.Max(1, period)];
        random.NextBytes(pattern);
        byte[] data = [.. Enumerable.Range(0, length).Select(i => i % 97 == 0 ? (byte)random.Next() : pattern[i % pattern.Length])];
        Unpack(SnappyBlock.Pack(data)).ShouldBe(data);
        Unpack(SnappyBlock.Literals(data)).ShouldBe(data);
    }

    [Fact]
    public void A_copy_that_overlaps_itself_repeats_its_pattern() =>
        Encoding.ASCII.GetString(Unpack([11, 0x04, (byte)'a', (byte)'b', 0x11, 0x02, 0x00, (byte)'!'])).ShouldBe("ababababab!");

    [Fact]
    public void A_block_that_claims_more_than_it_can_hold_is_refused_before_memory_is_taken()
    {
        byte[] bomb = [0xFF, 0xFF, 0xFF, 0x1F, 0x00, (byte)'a'];
        Should.Throw<RefusedException>(() => Snappy.ReadLength(bomb, 128 << 20, out _)).Refusal.Status.ShouldBe(400);
        Should.Throw<RefusedException>(() => Snappy.ReadLength(bomb, 64 << 10, out _)).Refusal.Status.ShouldBe(413);
    }

    [Fact]
    public void Broken_blocks_are_refused_whatever_they_hold()
    {
        byte[] whole = SnappyBlock.Pack(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("cpu_usage_percent{core=\"1\"} ", 50))));
        byte[] data = Unpack(whole);
        var random = new Random(7);
        for (int i = 0; i < 20_000; i++)
        {
            byte[] broken = [.. whole];
            for (int flips = random.Next(1, 4); flips > 0; flips--)
                broken[random.Next(broken.Length)] ^= (byte)(1 << random.Next(8));
            if (random.Next(3) == 0)
                broken = broken[..random.Next(broken.Length)];
            try
            {
                Unpack(broken).Length.ShouldBeLessThanOrEqualTo(data.Length * 22);
            }
            catch (RefusedException refused)
            {
                refused.Refusal.Status.ShouldBeOneOf(400, 413);
            }
        }
    }

    static byte[] Unpack(byte[] block)
    {
        byte[] target = new byte[Snappy.ReadLength(block, 1 << 20, out int position)];
        Snappy.Unpack(block, position, target);
        return target;
    }
}
