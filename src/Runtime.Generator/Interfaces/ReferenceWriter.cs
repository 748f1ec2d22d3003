using System.Linq;
using System.Text;

namespace Orrery.Runtime.Generator;

/// <summary>Writes the class behind references of one interface, and a class for the calls of each of its methods.</summary>
internal static class ReferenceWriter
{
    public static string ClassName(InterfaceModel model) => Names.Identifier(model.PlainName) + "_Reference";

    public static string Write(InterfaceModel model, string generatedNamespace)
    {
        var text = new StringBuilder();
        string name = ClassName(model);
        text.Append(Writing.Head).Append("namespace ").Append(generatedNamespace).Append(";\n\n").Append(Writing.Generated)
            .Append("internal sealed class ").Append(name).Append("(").Append(Names.Code).Append("GrainAddress address) : ")
            .Append(Names.Code).Append("GrainReference(address), ").Append(model.FullName).Append("\n{\n");
        for (int index = 0; index < model.Methods.Count; index++) WriteMethod(text, model.Methods[index], index);
        text.Append($"    internal static {Names.Code}GrainMethod[] Methods => [{string.Join(", ", Enumerable.Range(0, model.Methods.Count).Select(static index => $"s_method{index}"))}];\n");
        return text.Append("}\n").ToString();
    }

    private static void WriteMethod(StringBuilder text, MethodModel method, int index)
    {
        string handle = $"s_method{index}";
        text.Append($"    private static readonly {Names.Code}GrainMethod {handle} = new({Names.Literal(method.DeclaringPlainName)}, {Names.Literal(method.Name)}, {method.Options}, ")
            .Append($"0x{method.Id:x16}UL, typeof({method.DeclaringInterface}), static () => {Names.Code}CallPool<Call{index}>.Rent() ?? new Call{index}()");
        if (method.Timeout is not null) text.Append(", ").Append(Names.Literal(method.Timeout));
        text.Append(");\n\n");
        string parameters = string.Join(", ", method.Parameters.Select(static (parameter, position) => $"{parameter.Type} a{position}"));
        text.Append($"    {ReturnType(method)} {method.DeclaringInterface}.{Escape(method.Name)}({parameters})\n    {{\n");
        WriteBody(text, method, index, handle);
        text.Append("    }\n\n");
        WriteCall(text, method, index);
    }

    private static void WriteBody(StringBuilder text, MethodModel method, int index, string handle)
    {
        int token = TokenOf(method);
        bool isTask = method.Return is ReturnKind.Task or ReturnKind.TaskOfResult;
        bool hasResult = method.Return is ReturnKind.TaskOfResult or ReturnKind.ValueTaskOfResult;
        string ofResult = hasResult ? $"<{method.Result}>" : "";
        string promise = $"global::System.Threading.Tasks.{(isTask ? "Task" : "ValueTask")}";
        if (token >= 0) text.Append($"        if (a{token}.IsCancellationRequested) return {promise}.FromCanceled{ofResult}(a{token});\n");
        if (!method.IsOneWay)
        {
            string arguments = string.Join(", ", Enumerable.Range(0, method.Parameters.Count).Select(static position => $"a{position}"));
            text.Append($"        if (TryEnter({handle}, out var turn))\n        {{\n            {ReturnType(method)} answer;\n            try\n            {{\n")
                .Append($"                answer = {TargetOf(method, "turn.Grain")}.{Escape(method.Name)}({arguments});\n            }}\n")
                .Append($"            catch (global::System.Exception error)\n            {{\n                answer = {promise}.FromException{ofResult}(error);\n            }}\n\n")
                .Append($"            return turn.Leave(answer{(token >= 0 ? $", a{token}" : "")});\n        }}\n\n");
        }

        text.Append($"        var call = {Names.Code}CallPool<Call{index}>.Rent() ?? new Call{index}();\n");
        for (int position = 0; position < method.Parameters.Count; position++) text.Append($"        call.A{position} = a{position};\n");
        if (method.IsOneWay)
            text.Append($"        Post({handle}, call);\n        return {(isTask ? "global::System.Threading.Tasks.Task.CompletedTask" : "default")};\n");
        else
            text.Append($"        return Send({handle}, call{(token >= 0 ? $", a{token}" : "")}){(isTask ? ".AsTask()" : "")};\n");
    }

    private static void WriteCall(StringBuilder text, MethodModel method, int index)
    {
        bool isTask = method.Return is ReturnKind.Task or ReturnKind.TaskOfResult;
        bool hasResult = method.Return is ReturnKind.TaskOfResult or ReturnKind.ValueTaskOfResult;
        string ofResult = hasResult ? $"<{method.Result}>" : "";
        string answer = $"global::System.Threading.Tasks.ValueTask{ofResult}";
        string arguments = string.Join(", ", Enumerable.Range(0, method.Parameters.Count).Select(static position => $"A{position}"));
        string invocation = $"{TargetOf(method, "grain")}.{Escape(method.Name)}({arguments})";
        text.Append($"    private sealed class Call{index} : {Names.Code}Call{ofResult}\n    {{\n");
        for (int position = 0; position < method.Parameters.Count; position++) text.Append($"        internal {method.Parameters[position].Type} A{position} = default!;\n");
        text.Append('\n');
        WriteArguments(text, method);
        text.Append($"        protected override {answer} Invoke(object grain) => {(isTask ? $"new {answer}({invocation})" : invocation)};\n\n")
            .Append("        protected override void Return()\n        {\n");
        for (int position = 0; position < method.Parameters.Count; position++) text.Append($"            A{position} = default!;\n");
        text.Append($"            {Names.Code}CallPool<Call{index}>.Return(this);\n        }}\n    }}\n\n");
    }

    /// <summary>How the arguments travel. A token does not: cancelling it is a frame of its own.</summary>
    private static void WriteArguments(StringBuilder text, MethodModel method)
    {
        if (method.Parameters.Count == 0) return;
        text.Append($"        protected override void WriteArguments({Names.Code}WireWriter writer)\n        {{\n");
        for (int position = 0; position < method.Parameters.Count; position++)
            if (!method.Parameters[position].IsCancellation) text.Append($"            {Codec(method.Parameters[position])}.Write(writer, A{position});\n");
        text.Append($"        }}\n\n        protected override void ReadArguments(ref {Names.Code}WireReader reader)\n        {{\n");
        for (int position = 0; position < method.Parameters.Count; position++)
            text.Append(method.Parameters[position].IsCancellation ? $"            A{position} = CallersToken();\n" : $"            A{position} = {Codec(method.Parameters[position])}.Read(ref reader);\n");
        text.Append("        }\n\n");
    }

    /// <summary>The object that the method is called on: the grain's own, or its extension.</summary>
    private static string TargetOf(MethodModel method, string grain) => method.IsExtension
        ? $"{Names.Code}GrainExtensionTarget.Of<{method.DeclaringInterface}>({grain})"
        : $"global::System.Runtime.CompilerServices.Unsafe.As<{method.DeclaringInterface}>({grain})";

    private static string Codec(ParameterModel parameter) => $"{Names.Code}WireCodec<{parameter.Type}>.Default";

    private static string ReturnType(MethodModel method) => method.Return switch
    {
        ReturnKind.Task => "global::System.Threading.Tasks.Task",
        ReturnKind.TaskOfResult => $"global::System.Threading.Tasks.Task<{method.Result}>",
        ReturnKind.ValueTask => "global::System.Threading.Tasks.ValueTask",
        _ => $"global::System.Threading.Tasks.ValueTask<{method.Result}>",
    };

    private static int TokenOf(MethodModel method)
    {
        for (int position = 0; position < method.Parameters.Count; position++)
            if (method.Parameters[position].IsCancellation) return position;
        return -1;
    }

    private static string Escape(string name) =>
        Microsoft.CodeAnalysis.CSharp.SyntaxFacts.GetKeywordKind(name) == Microsoft.CodeAnalysis.CSharp.SyntaxKind.None ? name : "@" + name;
}
