using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Orrery.Runtime.CodeGeneration;
using Orrery.Runtime.Networking;

namespace Orrery.Runtime;

/// <summary>Chooses how a type travels: plain values in binary, references as addresses, everything else as JSON.</summary>
internal static class WireCodecs
{
    private static readonly Type[] s_plain =
    [
        typeof(bool), typeof(byte), typeof(sbyte), typeof(short), typeof(ushort), typeof(char), typeof(int), typeof(uint), typeof(long), typeof(ulong),
        typeof(float), typeof(double), typeof(decimal), typeof(Guid), typeof(TimeSpan),
    ];

    public static object Create(Type type)
    {
        if (type == typeof(string)) return new StringCodec();
        if (type == typeof(byte[])) return new ByteArrayCodec();
        if (type == typeof(ReadOnlyMemory<byte>)) return new BytesCodec();
        if (type == typeof(DateTime)) return new DateTimeCodec();
        if (type == typeof(DateTimeOffset)) return new DateTimeOffsetCodec();
        if (type == typeof(TickStatus)) return new TickStatusCodec();
        if (type.IsEnum || s_plain.Contains(type)) return Make(typeof(PlainCodec<>), type);
        if (Nullable.GetUnderlyingType(type) is { } value) return Make(typeof(NullableCodec<>), value);
        return Make(type.IsInterface && typeof(IAddressable).IsAssignableFrom(type) ? typeof(ReferenceCodec<>) : typeof(JsonCodec<>), type);
    }

    private static object Make(Type codec, Type type) => Activator.CreateInstance(codec.MakeGenericType(type))!;

    /// <summary>The value's own bytes, low ones first on every machine that .NET runs on.</summary>
    private sealed class PlainCodec<T> : WireCodec<T>
    {
        public override void Write(WireWriter writer, T value) => Unsafe.WriteUnaligned(ref MemoryMarshal.GetReference(writer.Take(Unsafe.SizeOf<T>())), value);

        public override T Read(ref WireReader reader)
        {
            var bytes = reader.Take(Unsafe.SizeOf<T>());
            if (typeof(T) == typeof(bool) && bytes[0] > 1) throw new WireFormatException($"A truth value in a frame is {bytes[0]}.");
            if (typeof(T) == typeof(decimal) && !IsDecimal(bytes)) throw new WireFormatException("A decimal number in a frame has flags that no decimal has.");
            return Unsafe.ReadUnaligned<T>(ref MemoryMarshal.GetReference(bytes));
        }

        private static bool IsDecimal(ReadOnlySpan<byte> bytes)
        {
            uint flags = MemoryMarshal.Read<uint>(bytes);
            return (flags & 0x7f00_ffff) == 0 && (flags >> 16 & 0x7f) <= 28;
        }
    }

    private sealed class NullableCodec<T> : WireCodec<T?>
        where T : struct
    {
        public override void Write(WireWriter writer, T? value)
        {
            writer.WriteByte(value.HasValue ? (byte)1 : (byte)0);
            if (value.HasValue) WireCodec<T>.Default.Write(writer, value.GetValueOrDefault());
        }

        public override T? Read(ref WireReader reader) => reader.ReadByte() == 0 ? null : WireCodec<T>.Default.Read(ref reader);
    }

    private sealed class DateTimeCodec : WireCodec<DateTime>
    {
        public override void Write(WireWriter writer, DateTime value)
        {
            writer.WriteInt64(value.Ticks);
            writer.WriteByte((byte)value.Kind);
        }

        public override DateTime Read(ref WireReader reader) => MakeDateTime(reader.ReadInt64(), reader.ReadByte());

        private static DateTime MakeDateTime(long ticks, byte kind) => ticks >= 0 && ticks <= DateTime.MaxValue.Ticks && kind <= (byte)DateTimeKind.Local
            ? new DateTime(ticks, (DateTimeKind)kind)
            : throw new WireFormatException($"A time in a frame has {ticks} ticks and kind {kind}.");
    }

    private sealed class DateTimeOffsetCodec : WireCodec<DateTimeOffset>
    {
        public override void Write(WireWriter writer, DateTimeOffset value)
        {
            writer.WriteInt64(value.Ticks);
            writer.WriteUInt16((ushort)(short)value.TotalOffsetMinutes);
        }

        public override DateTimeOffset Read(ref WireReader reader)
        {
            long ticks = reader.ReadInt64();
            short minutes = (short)reader.ReadUInt16();
            try
            {
                return new DateTimeOffset(ticks, TimeSpan.FromMinutes(minutes));
            }
            catch (ArgumentException)
            {
                throw new WireFormatException($"A time in a frame has {ticks} ticks, {minutes} minutes from UTC.");
            }
        }
    }

    /// <summary>Its constructor's parameters are named otherwise than its properties, so that JSON would lose them.</summary>
    private sealed class TickStatusCodec : WireCodec<TickStatus>
    {
        public override void Write(WireWriter writer, TickStatus value)
        {
            WireCodec<DateTime>.Default.Write(writer, value.FirstTickTime);
            writer.WriteInt64(value.Period.Ticks);
            WireCodec<DateTime>.Default.Write(writer, value.CurrentTickTime);
        }

        public override TickStatus Read(ref WireReader reader)
        {
            var first = WireCodec<DateTime>.Default.Read(ref reader);
            var period = new TimeSpan(reader.ReadInt64());
            return new TickStatus(first, period, WireCodec<DateTime>.Default.Read(ref reader));
        }
    }

    private sealed class StringCodec : WireCodec<string?>
    {
        public override void Write(WireWriter writer, string? value) => writer.WriteString(value);

        public override string? Read(ref WireReader reader) => reader.ReadString();
    }

    private sealed class ByteArrayCodec : WireCodec<byte[]?>
    {
        public override void Write(WireWriter writer, byte[]? value)
        {
            writer.WriteByte(value is null ? (byte)0 : (byte)1);
            if (value is not null) writer.WriteBytes(value);
        }

        public override byte[]? Read(ref WireReader reader) => reader.ReadByte() == 0 ? null : reader.ReadBytes().ToArray();
    }

    private sealed class BytesCodec : WireCodec<ReadOnlyMemory<byte>>
    {
        public override void Write(WireWriter writer, ReadOnlyMemory<byte> value) => writer.WriteBytes(value.Span);

        public override ReadOnlyMemory<byte> Read(ref WireReader reader) => reader.ReadBytes().ToArray();
    }

    private sealed class JsonCodec<T> : WireCodec<T>
    {
        public override void Write(WireWriter writer, T value) => WireJson.Write(writer, value);

        public override T Read(ref WireReader reader) => WireJson.Read<T>(ref reader);
    }

    private sealed class ReferenceCodec<T> : WireCodec<T?>
        where T : class
    {
        public override void Write(WireWriter writer, T? value) => WireReferences.Write(writer, value);

        public override T? Read(ref WireReader reader) => (T?)WireReferences.Read(ref reader, typeof(T));
    }
}
