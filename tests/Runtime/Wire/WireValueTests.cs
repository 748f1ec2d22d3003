using Orrery.Runtime.CodeGeneration;
using Orrery.Runtime.Networking;

namespace Orrery.Runtime.Tests.Wire;

public sealed class WireValueTests
{
    [Fact]
    public void Plain_values_take_their_own_size()
    {
        Bytes(true).ShouldBe([1]);
        Bytes((short)-2).ShouldBe([254, 255]);
        Bytes(0x01020304).ShouldBe([4, 3, 2, 1]);
        Bytes(DayOfWeek.Friday).ShouldBe([5, 0, 0, 0]);
        Bytes<int?>(null).ShouldBe([0]);
        Bytes<int?>(1).ShouldBe([1, 1, 0, 0, 0]);
        Bytes(Guid.Empty).Length.ShouldBe(16);
        Bytes(new DateTimeOffset(1, TimeSpan.FromMinutes(0))).ShouldBe([1, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    }

    [Fact]
    public void Texts_are_UTF_8_behind_their_length_and_UTF_16_where_that_cannot_hold_them()
    {
        Bytes<string?>(null).ShouldBe([0]);
        Bytes("").ShouldBe([1]);
        Bytes("ab").ShouldBe([5, (byte)'a', (byte)'b']);
        Bytes("ß").ShouldBe([5, 0xc3, 0x9f]);
        Bytes("\ud800").ShouldBe([6, 0x00, 0xd8]);
        foreach (int length in new[] { 0, 1, 19, 20, 21, 22, 63, 64, 8_191, 8_192, 100_000 })
            foreach (char letter in "aß世\udc00")
                RoundTrip(new string(letter, length)).ShouldBe(new string(letter, length));
    }

    [Fact]
    public void Bytes_arrays_and_values_without_a_form_of_their_own_survive()
    {
        RoundTrip<byte[]?>(null).ShouldBeNull();
        RoundTrip<byte[]?>([]).ShouldBe([]);
        RoundTrip<ReadOnlyMemory<byte>>(new byte[] { 1, 2 }).ToArray().ShouldBe([1, 2]);
        RoundTrip<double[]>([double.NaN, double.PositiveInfinity, 0.1, -0.0]).ShouldBe([double.NaN, double.PositiveInfinity, 0.1, -0.0]);
        RoundTrip<IReadOnlyDictionary<string, int>>(new Dictionary<string, int> { ["A"] = 1 })["A"].ShouldBe(1);
        RoundTrip((Left: 1, Right: "x")).ShouldBe((1, "x"));
        RoundTrip<List<string>?>(null).ShouldBeNull();
        RoundTrip(new DateTime(2030, 1, 2, 3, 4, 5, DateTimeKind.Utc)).Kind.ShouldBe(DateTimeKind.Utc);
        RoundTrip(decimal.MinValue).ShouldBe(decimal.MinValue);
    }

    [Fact]
    public void Bytes_that_are_no_value_are_refused()
    {
        Should.Throw<WireFormatException>(() => Read<int>([1, 2, 3]));
        Should.Throw<WireFormatException>(() => Read<bool>([2]));
        Should.Throw<WireFormatException>(() => Read<string>([5, 0xff, 0xff]));
        Should.Throw<WireFormatException>(() => Read<string>([4, 1]));
        Should.Throw<WireFormatException>(() => Read<string>([0xff, 0xff, 0xff, 0xff, 0xff]));
        Should.Throw<WireFormatException>(() => Read<byte[]>([1, 0xff, 0xff, 0xff, 0xff, 0x0f]));
        Should.Throw<WireFormatException>(() => Read<DateTime>([0, 0, 0, 0, 0, 0, 0, 0x80, 0]));
        Should.Throw<WireFormatException>(() => Read<DateTimeOffset>([0, 0, 0, 0, 0, 0, 0, 0, 0, 0x7f]));
        Should.Throw<WireFormatException>(() => Read<decimal>([1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]));
        Should.Throw<WireFormatException>(() => Read<List<int>>([2, 0, 0, 0, (byte)'[', (byte)'1']));
        Should.Throw<WireFormatException>(() => Read<List<int>>([0xff, 0xff, 0xff, 0xff]));
    }

    [Fact]
    public void Exceptions_of_unknown_types_become_a_carrier_and_no_frame_can_name_a_type_into_life()
    {
        ReadException("System.Diagnostics.Process", "x").ShouldBeOfType<RemoteCallException>().RemoteType.ShouldBe("System.Diagnostics.Process");
        ReadException("Orrery.Runtime.Silo", "x").ShouldBeOfType<RemoteCallException>();
        ReadException("System.StackOverflowException", "x").ShouldBeOfType<RemoteCallException>();
        ReadException(typeof(OverloadedException).FullName!, "full").ShouldBeOfType<OverloadedException>().Message.ShouldBe("full");
        ReadException(typeof(InconsistentStateException).FullName!, "x").ShouldBeOfType<RemoteCallException>("the values that its constructor needs are missing");
    }

    [Fact]
    public void An_exception_about_stored_state_does_not_end_the_activation_of_who_hears_of_it()
    {
        var writer = WireWriter.Rent(null);
        WireExceptions.Write(writer, new InconsistentStateException("conflict", "a", null));
        var reader = new WireReader(writer.Written, null);
        var read = WireExceptions.Read(ref reader).ShouldBeOfType<InconsistentStateException>();
        (read.Message, read.StoredEtag, read.CurrentEtag, read.IsSourceActivation).ShouldBe(("conflict", "a", null, false));
        writer.Return();
    }

    internal static T RoundTrip<T>(T value) => Read<T>(Bytes(value));

    private static byte[] Bytes<T>(T value)
    {
        var writer = WireWriter.Rent(null);
        WireCodec<T>.Default.Write(writer, value);
        byte[] bytes = writer.Written.ToArray();
        writer.Return();
        return bytes;
    }

    private static T Read<T>(byte[] bytes)
    {
        var reader = new WireReader(bytes, null);
        var value = WireCodec<T>.Default.Read(ref reader);
        reader.Remaining.ShouldBe(0);
        return value;
    }

    private static Exception ReadException(string type, string message)
    {
        var writer = WireWriter.Rent(null);
        writer.WriteText(type);
        writer.WriteText(message);
        writer.WriteText("");
        writer.WriteVarint(0);
        writer.WriteByte(0);
        var reader = new WireReader(writer.Written, null);
        var error = WireExceptions.Read(ref reader);
        writer.Return();
        return error;
    }
}
