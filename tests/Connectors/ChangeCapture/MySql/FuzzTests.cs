using Orrery.Connectors.ChangeCapture;
using Orrery.Connectors.ChangeCapture.MySql;
using Orrery.Connectors.ChangeCapture.MySql.Columns;
using Orrery.Connectors.ChangeCapture.MySql.Protocol;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.Tests.ChangeCapture.MySql;

/// <summary>Damaged logs are refused, never followed into a crash, an endless loop, or all of the memory. ORRERY_FUZZ_INPUTS says how many are tried (1,000,000 for a full run).</summary>
public sealed class FuzzTests
{
    static int Inputs => int.TryParse(Environment.GetEnvironmentVariable("ORRERY_FUZZ_INPUTS"), out int inputs) ? inputs : 3000;

    [Fact]
    public async Task Damaged_logs_are_read_or_refused_and_nothing_else()
    {
        // Without checksums, lest they find every damage first; small, so that many are tried.
        byte[][] logs = [.. new[] { "canal/mysql51-bin.000001", "canal/mysql57-tsdb-bin.000002", "shyiko/mysql-bin.checksum-none", "shyiko/mysql-bin.checksum-crc32" }.Select(BinlogFiles.Read).Select(Unchecked)];
        var random = new Random(7);
        int refused = 0;
        long most = 0;
        for (int input = 0; input < Inputs; input++)
        {
            byte[] log = logs[random.Next(logs.Length)];
            int from = random.Next(3) == 0 ? 0 : random.Next(log.Length);
            byte[] damaged = log[..Math.Min(log.Length, Math.Max(from, 4000) + random.Next(4000))];
            for (int count = random.Next(1, 6); count > 0; count--)
            {
                int at = random.Next(4, damaged.Length);
                damaged[at] = random.Next(3) switch { 0 => (byte)random.Next(256), 1 => (byte)(damaged[at] ^ 1 << random.Next(8)), _ => 255 };
            }

            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                await using var source = new BinlogFileSource(["b.000001"], (_, _) => true, null, _ => new MemoryStream(damaged)) { NumbersColumns = true };
                var batch = new ChangeBatch();
                while (!source.IsAtEnd) await source.ReadAsync(batch, CancellationToken.None);
            }
            catch (ChangeSourceException)
            {
                refused++;
            }

            most = Math.Max(most, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        refused.ShouldBeGreaterThan(Inputs / 10);
        most.ShouldBeLessThan(64 << 20);
    }

    [Fact]
    public async Task A_log_that_goes_on_at_an_impossible_byte_is_refused()
    {
        byte[] log = BinlogFiles.Read("shyiko/mysql-bin.checksum-none");
        int end = 4 + BitConverter.ToInt32(log, 4 + 9); // behind the description of the format
        byte[] damaged = [.. log[..end], 0, 0, 0, 1, 4, 1, 0, 0, 0, 43, 0, 0, 0, 0, 0, 0, 0, 0, 0, 252, 255, 255, 255, 255, 255, 127, 0, .. "mysql-bin.000002"u8];
        await using var source = new BinlogFileSource(["b.000001"], (_, _) => true, null, _ => new MemoryStream(damaged)) { NumbersColumns = true };
        var error = await Should.ThrowAsync<ChangeSourceException>(async () => await source.ReadAsync(new ChangeBatch(), CancellationToken.None));
        error.Fault.ShouldBe(ChangeSourceFault.Format);
        error.Message.ShouldContain("36028797018963964");
    }

    [Fact]
    public void Damaged_json_is_read_or_refused_and_stays_small()
    {
        var random = new Random(3);
        var form = new JsonForm();
        byte[] nested = [0, 1, 0, 12, 0, 11, 0, 1, 0, 5, 7, 0, (byte)'a'];
        for (int input = 0; input < Inputs * 10; input++)
        {
            byte[] bytes = random.Next(2) == 0 ? [.. nested] : new byte[random.Next(1, 60)];
            if (bytes.Length != nested.Length) random.NextBytes(bytes);
            bytes[0] = (byte)random.Next(5);
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            try
            {
                form.ToText(bytes).Length.ShouldBeLessThan(bytes.Length * 16 + 1025);
            }
            catch (Exception error) when (error is EventFormatException or ValueRangeException)
            {
                // Refused, as it should be.
            }
        }

        System.Text.Encoding.UTF8.GetString(form.ToText([0, 1, 0, 12, 0, 11, 0, 1, 0, 5, 7, 0, (byte)'a'])).ShouldBe("{\"a\": 7}");
    }

    /// <summary>The same log as a server without checksums writes it.</summary>
    static byte[] Unchecked(byte[] log)
    {
        if (log[4 + 4] != 15 || !log.AsSpan(0, 200).IndexOf("5.7"u8).Equals(25)) return log;
        var plain = new MemoryStream();
        plain.Write(log, 0, 4);
        bool has = true;
        for (int position = 4; position + 19 <= log.Length;)
        {
            int length = BitConverter.ToInt32(log, position + 9);
            byte[] one = log[position..(position + length)];
            if (one[4] == 15)
            {
                has = one[^5] == 1;
                one[^5] = 0;
                uint crc = Orrery.Connectors.ChangeCapture.MySql.Events.Crc32.Compute(one.AsSpan(0, one.Length - 4));
                BitConverter.TryWriteBytes(one.AsSpan(one.Length - 4), crc);
            }
            else if (has)
            {
                one = one[..^4];
            }

            BitConverter.TryWriteBytes(one.AsSpan(9), one.Length);
            BitConverter.TryWriteBytes(one.AsSpan(13), (int)plain.Length + one.Length);
            plain.Write(one);
            position += length;
        }

        return plain.ToArray();
    }
}
