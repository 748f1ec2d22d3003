using Orrery.Runtime.CodeGeneration;
using Orrery.Runtime.Networking;
using Orrery.Runtime.Storage;

namespace Orrery.Runtime;

/// <summary>References as addresses: a grain by type and key, an object by its process and number.</summary>
internal static class WireReferences
{
    private const byte None = 0;
    private const byte OfGrain = 1;
    private const byte OfObject = 2;

    /// <exception cref="ArgumentException">The value is an object of its own and no reference.</exception>
    public static void Write(WireWriter writer, object? value)
    {
        switch (value)
        {
            case null:
                writer.WriteByte(None);
                break;
            case GrainReference { Type: var type } reference when IsOfObject(type):
                var process = type.Process ?? type.Silo.Transport?.Self ?? default;
                writer.WriteByte(OfObject);
                writer.WriteText(process.Name ?? "");
                writer.WriteInt64(process.Generation);
                writer.WriteInt64(SiloObjects.NumberOf(reference.Key));
                break;
            case GrainReference or IGrainBase:
                var id = ((IAddressable)value).GetGrainId();
                writer.WriteByte(OfGrain);
                writer.WriteText(id.Type.ToString());
                writer.WriteText(id.Key.ToString());
                break;
            default:
                throw new ArgumentException($"{value.GetType().FullName} cannot travel: it is no reference. Pass what IGrainFactory.CreateObjectReference gives for it.");
        }
    }

    public static object? Read(ref WireReader reader, Type interfaceType)
    {
        byte kind = reader.ReadByte();
        if (kind == None) return null;
        var silo = reader.Silo ?? throw new WireFormatException("A reference stands in a frame that has none.");
        string name = reader.ReadName();
        if (kind == OfObject) return silo.Objects.Refer(interfaceType, new SiloId(name, reader.ReadInt64()), reader.ReadInt64());
        if (kind != OfGrain) throw new WireFormatException($"A reference in a frame is of kind {kind}.");
        string key = reader.ReadName();
        var type = silo.Directory.Find(name) ?? throw new WireFormatException($"A reference names the grain {name}/{key}, and this process knows no grain class of type \"{name}\".");
        return silo.Factory.CreateReference(GrainInterfaces.Find(interfaceType), type, key);
    }

    private static bool IsOfObject(GrainTypeRuntime type) => type.Process is not null || ReferenceEquals(type, type.Silo.Observers);
}
